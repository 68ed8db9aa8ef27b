import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { type Found, found, missing } from "./found.ts";
import { runProcess } from "./run-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * As `mountTmpfs`, on a file system in which folders take blocks, as on most disks. It lies in a file, which only root
 * of a system that has loop devices can mount.
 * @param size bytes
 */
export async function mountExt4(size: number): Promise<Found<{ path: string } & AsyncDisposable>> {
  if (process.platform !== "linux") return missing("ext4 is a file system of Linux");
  if (process.getuid?.() !== 0) return missing("only root can mount a file system");
  const scratch = await temporaryFolder();
  const [image, mounted] = ["image", "mounted"].map((name) => path.join(scratch.path, name));
  const failed = async (why: string): Promise<Found<never>> => {
    await scratch[Symbol.asyncDispose]();
    return missing(why);
  };
  await mkdir(mounted!);
  {
    await using file = await open(image!, "wx");
    await file.truncate(size);
  }
  try {
    // Nothing is kept back for root, nor written into what is not used yet.
    const options = [
      "-q",
      "-b",
      "4096",
      "-m",
      "0",
      "-O",
      "^has_journal,^inline_data",
      "-E",
      "lazy_itable_init=0",
    ];
    const made = await runProcess("mkfs.ext4", [...options, image!]);
    if (made.code !== 0) return await failed(`mkfs.ext4 fails here: ${made.stderr.trim()}`);
  } catch (error) {
    return await failed(`there is no mkfs.ext4: ${String(error)}`);
  }
  const done = await runProcess("mount", ["-o", "loop", image!, mounted!]);
  if (done.code !== 0) return await failed(`mounting is refused here: ${done.stderr.trim()}`);
  return found({
    path: mounted!,
    async [Symbol.asyncDispose]() {
      const gone = await runProcess("umount", ["-l", mounted!]);
      if (gone.code !== 0) throw new Error(`cannot unmount ${mounted}: ${gone.stderr.trim()}`);
      await scratch[Symbol.asyncDispose]();
    },
  });
}
