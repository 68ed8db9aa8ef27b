import path from "node:path";
import { piecesOf } from "./bytes.ts";
import { someFolder } from "./names.ts";
import type { CheckedOptions, FileData } from "./options.ts";
import { TemporaryFile } from "./temporary-file.ts";

/** The folder for the temporary file of a target (absolute). */
export function stagingFolderOf(target: string, { stagingFolder }: CheckedOptions): string {
  return stagingFolder === undefined ? path.dirname(target) : someFolder(stagingFolder, "the staging folder");
}

/** A temporary file with the whole content, sealed. When it fails, none is left. */
export async function prepare(
  target: string,
  data: FileData,
  options: CheckedOptions,
): Promise<TemporaryFile> {
  const pieces = piecesOf(data);
  const folder = stagingFolderOf(target, options);
  const { mode, digest, signal, sync } = options;
  signal?.throwIfAborted();
  const temporary = TemporaryFile.create(folder, { target, mode, digest, sync });
  try {
    await temporary.append(pieces, signal);
    signal?.throwIfAborted();
    await temporary.seal();
    return temporary;
  } catch (error) {
    throw await temporary.discard(error);
  }
}
