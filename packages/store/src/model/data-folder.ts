/** Names in the store's folder that are never a container's folder. */
const RESERVED = new Set(["containers.json", "volatile-containers.json", "containers.lock"]);
const RESERVED_BEGINNINGS = [
  "containers.json.",
  "volatile-containers.json.",
  "containers.lock.",
  ".tmp-",
  ".stowage-",
];

/** What a file system can hold in one name, in bytes. */
export const LONGEST_FILE_NAME = 255;

/** What the system can be handed as a path, in bytes. */
export const LONGEST_PATH = process.platform === "darwin" ? 1023 : 4095;

/** Whether the text is one plain component of a path that this file system can hold. */
export function isFileName(text: string): boolean {
  return (
    text !== "" &&
    text !== "." &&
    text !== ".." &&
    !text.includes("/") &&
    !text.includes("\0") &&
    (process.platform !== "win32" || !/[\\:*?"<>|]/.test(text)) &&
    text.isWellFormed() &&
    Buffer.byteLength(text) <= LONGEST_FILE_NAME
  );
}

/**
 * Whether a folder of this name inside the store's may hold the container's
 * data. An id from disk is data like any other: one such as `..`, `a/b` or
 * `containers.json` never becomes a path (in containers/storage deleting such a
 * record removes what lies there).
 */
export function isDataFolderName(id: string): boolean {
  return (
    isFileName(id) && !RESERVED.has(id) && !RESERVED_BEGINNINGS.some((beginning) => id.startsWith(beginning))
  );
}
