import { targetPath } from "./names.ts";
import { checkOptions, type FileData, type WriteOptions, type WrittenFile } from "./options.ts";
import { prepare } from "./prepare.ts";
import { publish } from "./publish.ts";

/**
 * Replaces a file with the given content, or makes it: whoever opens the path sees the old content or the new one,
 * whole. As containers/storage `ioutils.AtomicWriteFile`, and the folder is synced too.
 *
 * The buffers belong to the call until it settles: they are written without being copied. Calls for one path may
 * overlap, in one process or several; the last rename wins, whole. A symbolic link at the path is replaced, not
 * followed. Folders are not made.
 *
 * @throws AtomicFileError with every code but the misuse ones and `ERR_ATOMIC_PARTIAL`. Unless it is
 *   `ERR_ATOMIC_DURABILITY`, the old file is whole; no temporary file stays (`leftover` names one that could not be
 *   removed).
 * @throws what `beforeCommit` threw, or the signal's reason.
 * @throws TypeError for arguments that cannot mean anything.
 */
export async function writeFileAtomic(
  path: string,
  data: FileData,
  options: WriteOptions = {},
): Promise<WrittenFile> {
  const target = targetPath(path);
  const checked = checkOptions(options, false);
  const temporary = await prepare(target, data, checked);
  await publish([{ temporary, target, sync: checked.sync }], checked);
  return { path: target, size: temporary.size, digest: temporary.digest };
}
