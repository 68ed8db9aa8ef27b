import { rm } from "node:fs/promises";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Found, found, missing } from "./found.ts";
import { runProcess } from "./run-process.ts";

/**
 * A small file system of its own, to be filled up; `await using` takes it away again. Only root of a
 * system that allows mounts can have one.
 * @param size bytes, rounded up to whole pages by the system
 */
export async function mountTmpfs(size: number): Promise<Found<{ path: string } & AsyncDisposable>> {
  if (process.platform !== "linux") return missing("tmpfs is a file system of Linux");
  if (process.getuid?.() !== 0) return missing("only root can mount a file system");
  const folder = await mkdtemp(path.join(tmpdir(), "stowage-tmpfs-"));
  const options = `size=${size},mode=0700`;
  const mounted = await runProcess("mount", ["-t", "tmpfs", "-o", options, "stowage-test", folder]);
  if (mounted.code !== 0) {
    await rm(folder, { recursive: true });
    return missing(`mounting is refused here: ${mounted.stderr.trim()}`);
  }
  return found({
    path: folder,
    async [Symbol.asyncDispose]() {
      // -l: a process that is still dying must not keep the mount.
      const gone = await runProcess("umount", ["-l", folder]);
      if (gone.code !== 0) throw new Error(`cannot unmount ${folder}: ${gone.stderr.trim()}`);
      await rm(folder, { recursive: true });
    },
  });
}
