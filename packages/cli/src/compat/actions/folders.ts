import { lstat, mkdir } from "node:fs/promises";
import path from "node:path";

import type { Call } from "../call.ts";
import { CommandFailure } from "../errors.ts";
import { systemError } from "../go-text.ts";

/**
 * The folder of a container in the store or in the run folder. An id comes from a
 * file and is data: one that names no folder inside `parent`, or a link there, gets none.
 */
export async function folderOf(parent: string, id: string): Promise<string> {
  const folder = path.join(parent, id);
  if (id === "" || path.dirname(folder) !== path.normalize(parent) || path.basename(folder) !== id) {
    throw new CommandFailure(`container ${id} can have no folder in ${parent}`);
  }
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isSymbolicLink() === true)
    throw new CommandFailure(`${folder} is a link, which is not followed`);
  return folder;
}

/** Makes `ID/userdata`, where engines keep what is theirs, and tells where it is. */
async function userDataIn(call: Call, parent: string): Promise<number> {
  const id = await call.store.lookup(call.ref, { signal: call.signal });
  const folder = path.join(await folderOf(parent, id), "userdata");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandFailure(systemError("mkdir", folder, error) ?? String(error), { cause: error });
  }
  await call.out(`${folder}\n`);
  return 0;
}

export function containerDir(call: Call): Promise<number> {
  return userDataIn(call, call.location.dir);
}

export function containerRunDir(call: Call): Promise<number> {
  return userDataIn(call, call.location.runDir);
}
