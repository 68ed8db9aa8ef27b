import { open, realpath, stat } from "node:fs/promises";

import { errnoOf, fileError } from "./errors.ts";

/**
 * Writes a file that the user named. A regular file is replaced whole or not at
 * all (mode 0600: it may hold secrets); a link stays a link and its target is
 * replaced; a device or pipe is written to. Rejects with ERR_FILE.
 */
export async function writeOutputFile(file: string, data: Uint8Array): Promise<void> {
  try {
    const target = await resolveLinks(file);
    if (await isReplaceable(target)) {
      const { writeFileAtomic } = await import("@stowage/atomic-file");
      await writeFileAtomic(target, data, { mode: 0o600 });
      return;
    }
    const handle = await open(target, "w");
    try {
      await handle.writeFile(data);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const cause = error instanceof Error && errnoOf(error) === undefined ? (error.cause ?? error) : error;
    throw fileError("write", file, cause);
  }
}

async function resolveLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return file;
    throw error;
  }
}

async function isReplaceable(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return true;
    throw error;
  }
}
