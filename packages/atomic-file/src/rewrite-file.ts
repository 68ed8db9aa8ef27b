import fs from "node:fs";
import { piecesOf } from "./bytes.ts";
import { AtomicFileError, systemError } from "./errors.ts";
import { Folders } from "./folders.ts";
import { targetPath } from "./names.ts";
import { checkOptions, type FileData, type RewriteOptions, type WrittenFile } from "./options.ts";
import { TemporaryFile } from "./temporary-file.ts";

/** The mode of a file that was not there before. */
const NEW_MODE = 0o600;

/**
 * Gives a file that belongs to somebody a new content: its owner and mode stay, and when the path is a symbolic link,
 * the file it leads to is replaced and the link stays. For settings and the like; a file that is not there is made with
 * mode 0600. Calls for one path in one process wait for one another.
 *
 * This is write-file-atomic's way of naming, opening, owning and renaming, while the bytes, their check, the syncs and
 * the errors are ours (docs/decisions/0002-write-file-atomic.md). Its temporary names depend on the process id alone,
 * so this is not for a folder that programs of several containers (pid namespaces) write to at once, nor for one that
 * an untrusted user can write to. `writeFileAtomic` is for those.
 *
 * @throws as `writeFileAtomic`. `beforeCommit` is called when only the owner, the mode and the rename are left.
 */
export async function rewriteFileAtomic(
  path: string,
  data: FileData,
  options: RewriteOptions = {},
): Promise<WrittenFile> {
  const target = targetPath(path);
  const { sync, digest, signal, beforeCommit } = checkOptions(options, false);
  const pieces = piecesOf(data);
  signal?.throwIfAborted();
  // Loaded when it is needed: it sets handlers of process signals while it writes, and few programs come here.
  const { default: writeThrough } = await import("write-file-atomic");
  const folders = new Folders();
  let temporary: TemporaryFile | undefined;
  /** Set when the failure is our own, or the caller's, and not one of write-file-atomic's system calls. */
  let ours: { error: unknown } | undefined;

  const fill = async (file: string): Promise<void> => {
    try {
      signal?.throwIfAborted();
      temporary = TemporaryFile.adopt(file, { target, mode: undefined, digest, sync });
      await temporary.append(pieces, signal);
      await temporary.seal();
      if (sync) folders.open(file);
      signal?.throwIfAborted();
      await beforeCommit?.();
      signal?.throwIfAborted();
    } catch (error) {
      ours = { error: temporary === undefined ? error : await temporary.discard(error) };
      throw ours.error;
    }
  };

  try {
    // Without data it writes nothing itself; its own way of writing takes a short write for a whole one.
    await writeThrough(target, null as unknown as string, {
      ...identityOf(target),
      fsync: false,
      // It waits for the promise, though its types do not say so.
      tmpfileCreated: fill as (file: string) => void,
    });
    await folders.sync([target]);
  } catch (error) {
    if (ours !== undefined || error instanceof AtomicFileError) throw error;
    throw systemError(error, target);
  } finally {
    folders.close();
  }
  const { size = 0, digest: written } = temporary ?? {};
  return { path: target, size, digest: written };
}

/**
 * The mode and owner that the new file must have. Asked here, because write-file-atomic goes on when it cannot ask, with
 * a file that everybody can read.
 */
function identityOf(target: string): { mode: number; chown: { uid: number; gid: number } | undefined } {
  try {
    const stats = fs.statSync(target, { throwIfNoEntry: false });
    if (stats === undefined) return { mode: NEW_MODE, chown: undefined };
    if (!stats.isFile())
      throw Object.assign(new Error("not a file"), { code: stats.isDirectory() ? "EISDIR" : "EINVAL" });
    return { mode: stats.mode & 0o7777, chown: { uid: stats.uid, gid: stats.gid } };
  } catch (error) {
    throw systemError(error, target);
  }
}
