import { lstat, mkdir, rm } from "node:fs/promises";
import path from "node:path";

import { isDataFolderName } from "@stowage/store";

import type { Call } from "../call.ts";
import { CommandFailure } from "../errors.ts";
import { systemError } from "../go-text.ts";

/**
 * The folder of a container in the store or in the run folder; undefined for an id that
 * can have none. An id comes from a file and is data: whether it may be a path is the store's to say.
 */
export function folderOf(parent: string, id: string): string | undefined {
  return isDataFolderName(id) ? path.join(parent, id) : undefined;
}

/** Removes what a container has in the run folder; a link there goes, and not what it leads to. */
export async function removeRunFolder({ location }: Call, id: string): Promise<void> {
  const folder = folderOf(location.runDir, id);
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

/** Makes `ID/userdata`, where engines keep what is theirs, and tells where it is. */
async function userDataIn(call: Call, parent: string): Promise<number> {
  const id = await call.store.lookup(call.ref, { signal: call.signal });
  const own = folderOf(parent, id);
  if (own === undefined) throw new CommandFailure(`container ${id} can have no folder in ${parent}`);
  const folder = path.join(own, "userdata");
  try {
    const found = await lstat(own).catch(() => undefined);
    if (found?.isSymbolicLink() === true) throw new CommandFailure(`${own} is a link, which is not followed`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
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
