import fs from "node:fs/promises";
import path from "node:path";
import { mountTmpfs } from "@stowage/test-kit";
import { describe, expect, test } from "vitest";
import { AtomicFileError, openAtomicWriter, openWriteSet, writeFileAtomic } from "../src/index.ts";

const PAGE = 4096;
const PAGES = 64;
const OLD_PAGES = 20;

const ways = {
  "one buffer": (file: string, bytes: Buffer) => writeFileAtomic(file, bytes, { sync: false }),
  "one buffer, synced and hashed": (file: string, bytes: Buffer) =>
    writeFileAtomic(file, bytes, { digest: true }),
  pieces: (file: string, bytes: Buffer) => {
    const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, n) =>
      bytes.subarray(n * 1000, n * 1000 + 1000),
    );
    return writeFileAtomic(file, pieces, { sync: false });
  },
  writer: async (file: string, bytes: Buffer) => {
    await using writer = await openAtomicWriter({ path: file, sync: false });
    for (let at = 0; at < bytes.length; at += 10_000) await writer.write(bytes.subarray(at, at + 10_000));
    await writer.commit();
  },
  set: async (file: string, bytes: Buffer) => {
    await using set = openWriteSet({ sync: false });
    await set.add(file + ".first", "first");
    await set.add(file, bytes);
    await set.commit();
  },
};

describe("on a file system of 256 KiB that holds a file of 80 KiB", () => {
  test.for(Object.entries(ways))(
    "%s, at every size around what fits: the old file or the new one, whole",
    async ([, write], context) => {
      const mounted = await mountTmpfs(PAGES * PAGE);
      if (mounted.found === undefined) return context.skip(mounted.reason);
      await using disk = mounted.found;
      const file = path.join(disk.path, "file");
      let [fitted, refused] = [0, 0];
      for (let pages = PAGES - OLD_PAGES - 4; pages <= PAGES + 2; pages += 1) {
        for (const size of [pages * PAGE - 1, pages * PAGE, pages * PAGE + 1]) {
          for (const name of await fs.readdir(disk.path)) await fs.rm(path.join(disk.path, name));
          const [before, after] = [Buffer.alloc(OLD_PAGES * PAGE, "o"), Buffer.alloc(size, "n")];
          await fs.writeFile(file, before);
          const error = await write(file, after).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          const now = await fs.readFile(file);
          if (error === undefined) {
            expect(now.equals(after)).toBe(true);
            fitted += 1;
          } else {
            expect(error).toBeInstanceOf(AtomicFileError);
            expect(error).toMatchObject({
              code: "ERR_ATOMIC_NO_SPACE",
              errno: "ENOSPC",
              path: file,
              leftover: undefined,
            });
            expect(now.equals(before)).toBe(true);
            expect(await fs.readdir(disk.path)).toEqual(["file"]);
            refused += 1;
          }
          expect((await fs.readdir(disk.path)).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
        }
      }
      expect(fitted).toBeGreaterThan(3);
      expect(refused).toBeGreaterThan(50);
    },
  );
});
