import path from "node:path";

/** How many bytes of the target's name a temporary name repeats: enough to recognise it, and no file system is too narrow. */
const BASE_BYTES = 100;

/**
 * The absolute path of a file to be written. Throws a TypeError for what cannot be one: no string, the empty string, a
 * path with a NUL, one that ends as only a folder's can.
 */
export function targetPath(given: string): string {
  const target = someFolder(given, "the path of the file");
  if (/(?:^|[/\\])\.{0,2}$/.test(process.platform === "win32" ? given : given.replaceAll("\\", "_"))) {
    throw new TypeError(`${JSON.stringify(given)} names a folder; give the path of a file`);
  }
  return target;
}

/** The absolute form of a path; a TypeError when it is none. */
export function someFolder(given: string, what: string): string {
  if (typeof given !== "string") throw new TypeError(`${what} must be a string, not ${typeof given}`);
  if (given === "" || given.includes("\0")) {
    throw new TypeError(`${what} is ${JSON.stringify(given)}; it must not be empty or hold a NUL`);
  }
  return path.resolve(given);
}

/** `.tmp-`, the beginning of the target's name, and what makes it unique. Short enough for every target's folder. */
export function temporaryName(base: string, unique: string): string {
  return `.tmp-${firstBytes(base, BASE_BYTES)}${unique}`;
}

/** As many whole characters from the beginning as fit in so many bytes of UTF-8. */
export function firstBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}
