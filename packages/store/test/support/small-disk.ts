import { open } from "node:fs/promises";
import path from "node:path";
import { mountTmpfs } from "@stowage/test-kit";
import type { ContainerStore } from "../../src/index.ts";

const SIZE = 1024 * 1024;
const PAGE = 4096;

/** Fills the file system but for so many bytes; the file that does it may be removed. */
export async function fill(folder: string, leave: number): Promise<string> {
  const file = path.join(folder, "filler");
  await using handle = await open(file, "w", 0o600);
  const page = Buffer.alloc(PAGE);
  let size = 0;
  for (;;) {
    // A full disk takes a part of it, or nothing.
    const written = await handle
      .write(page, 0, PAGE, size)
      .then(({ bytesWritten }) => bytesWritten)
      .catch(() => 0);
    if (written === 0) break;
    size += written;
  }
  await handle.truncate(Math.max(0, size - leave));
  return file;
}

export async function withSmallDisk(
  test: (dir: string, folder: string) => Promise<void>,
  skip: (reason: string) => void,
  mount: typeof mountTmpfs = mountTmpfs,
): Promise<void> {
  const mounted = await mount(SIZE);
  if (mounted.found === undefined) return skip(mounted.reason);
  await using disk = mounted.found;
  await test(path.join(disk.path, "store"), disk.path);
}

/** Sixteen containers whose records take 8 KiB each, with 16 KiB of big data each. */
export async function populate(store: ContainerStore): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < 16; n += 1) {
    const { id } = await store.create({
      names: [`c${n}`],
      metadata: "m".repeat(8_000),
      volatile: n % 4 === 3,
      bigData: [{ key: "k", data: "v".repeat(16_384) }],
    });
    ids.push(id);
  }
  return ids;
}
