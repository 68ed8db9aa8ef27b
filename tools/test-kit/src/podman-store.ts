import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Found, found, missing } from "./found.ts";
import { runProcess, type RunResult } from "./run-process.ts";

/** A storage tree that the installed podman made and goes on using. */
export interface PodmanStore {
  readonly graphRoot: string;
  readonly runRoot: string;
  readonly driver: "vfs";
  /** The folder of its container store. */
  readonly dir: string;
  /** The id of the image that the containers were made from. */
  readonly image: string;
  /** Ids of the containers, in the order of the names asked for. */
  readonly containers: readonly string[];
  /** Runs podman on this tree, and on nothing else of this machine. */
  podman(...args: string[]): Promise<RunResult>;
}

/**
 * Lets podman make a storage tree in `folder` with one container for each name. The containers are
 * never started. `folder` belongs to the caller; removing it removes everything.
 */
export async function podmanStore(
  folder: string,
  names: readonly string[] = ["one", "two"],
): Promise<Found<PodmanStore>> {
  const version = await runProcess("podman", ["--version"]).catch(() => undefined);
  if (version?.code !== 0) return missing("podman is not installed");
  const [graphRoot, runRoot] = [path.join(folder, "graph"), path.join(folder, "run")];
  const places = ["--root", graphRoot, "--runroot", runRoot, "--tmpdir", path.join(folder, "tmp")];
  const fixed = ["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none"];
  const podman = (...args: string[]): Promise<RunResult> =>
    runProcess("podman", [...places, ...fixed, ...args]);

  await mkdir(folder, { recursive: true });
  const archive = path.join(folder, "image.tar");
  await writeFile(archive, oneFileTar("hello", "hello\n"));
  const imported = await podman("import", "--quiet", archive, "stowage-test:1");
  if (imported.code !== 0) return missing(`podman does not work here: ${imported.stderr.trim()}`);
  const containers: string[] = [];
  for (const name of names) {
    const created = await podman("create", "--name", name, "stowage-test:1", "/hello");
    if (created.code !== 0) return missing(`podman cannot create containers here: ${created.stderr.trim()}`);
    containers.push(created.stdout.trim());
  }
  const dir = path.join(graphRoot, "vfs-containers");
  const image = imported.stdout.trim().replace(/^sha256:/, "");
  return found({ graphRoot, runRoot, driver: "vfs", dir, image, containers, podman });
}

/** The smallest image there can be: a tar archive (POSIX ustar) of one file. */
function oneFileTar(name: string, text: string): Buffer {
  const block = 512;
  const archive = Buffer.alloc(block * 4);
  archive.write(name, 0);
  archive.write("0000755\0", 100);
  archive.write("0000000\0", 108);
  archive.write("0000000\0", 116);
  archive.write(`${Buffer.byteLength(text).toString(8).padStart(11, "0")}\0`, 124);
  archive.write("00000000000\0", 136);
  archive.write("0", 156);
  archive.write("ustar\u000000", 257);
  // The checksum counts its own field as spaces.
  archive.fill(" ", 148, 156);
  const sum = archive.subarray(0, block).reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  archive.write(text, block);
  return archive;
}
