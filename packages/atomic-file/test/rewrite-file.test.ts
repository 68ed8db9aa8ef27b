import fs from "node:fs/promises";
import path from "node:path";
import { mountTmpfs, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, test } from "vitest";
import { rewriteFileAtomic } from "../src/index.ts";

const isRoot = process.getuid?.() === 0;

test("the file that a link leads to gets the content; link, mode and owner stay", async () => {
  await using folder = await temporaryFolder();
  const [link, file] = [path.join(folder.path, "link"), path.join(folder.path, "sub", "file")];
  await fs.mkdir(path.dirname(file));
  await fs.writeFile(file, "old");
  await fs.chmod(file, 0o664);
  if (isRoot) await fs.chown(file, 1234, 4321);
  await fs.symlink(path.join("sub", "file"), link);
  const before = await fs.stat(file);
  const written = await rewriteFileAtomic(
    link,
    ["new ", "content"].map((text) => Buffer.from(text)),
    { digest: true },
  );
  expect(written).toEqual({
    path: link,
    size: 11,
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
  });
  expect((await fs.lstat(link)).isSymbolicLink()).toBe(true);
  expect(await fs.readFile(file, "utf8")).toBe("new content");
  const after = await fs.stat(file);
  expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
  expect(after.ino).not.toBe(before.ino);
  expect(await fs.readdir(path.dirname(file))).toEqual(["file"]);
});

test("a new file is 0600 from its first moment, whatever the umask", async () => {
  await using folder = await temporaryFolder();
  const before = process.umask(0);
  try {
    const modes: number[] = [];
    await rewriteFileAtomic(path.join(folder.path, "file"), "x", {
      beforeCommit: async () => {
        for (const name of await fs.readdir(folder.path))
          modes.push((await fs.stat(path.join(folder.path, name))).mode & 0o777);
      },
    });
    modes.push((await fs.stat(path.join(folder.path, "file"))).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  } finally {
    process.umask(before);
  }
});

describe("failures leave the old file whole and no temporary one", () => {
  test("a refusal just before the rename, and an abort", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "file");
    await fs.writeFile(file, "old");
    const reason = new Error("not now");
    const refuse = (): never => {
      throw reason;
    };
    await expect(rewriteFileAtomic(file, "new", { beforeCommit: refuse })).rejects.toBe(reason);
    await expect(rewriteFileAtomic(file, "new", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const abort = new AbortController();
    const writing = rewriteFileAtomic(file, new Uint8Array(5_000_000), { signal: abort.signal });
    abort.abort(reason);
    await expect(writing).rejects.toBe(reason);
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
    expect(await fs.readFile(file, "utf8")).toBe("old");
    // Nothing stands in the way of the next one.
    await rewriteFileAtomic(file, "new");
    expect(await fs.readFile(file, "utf8")).toBe("new");
  });

  test("a missing folder, a folder at the path, and a link to itself", async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => path.join(folder.path, name);
    await fs.mkdir(at("folder"));
    await fs.symlink("loop", at("loop"));
    await expect(rewriteFileAtomic(at("missing/x"), "x")).rejects.toMatchObject({
      code: "ERR_ATOMIC_MISSING_FOLDER",
    });
    await expect(rewriteFileAtomic(at("folder"), "x")).rejects.toMatchObject({
      code: "ERR_ATOMIC_IO",
      errno: "EISDIR",
    });
    await expect(rewriteFileAtomic(at("loop"), "x")).rejects.toMatchObject({
      code: "ERR_ATOMIC_IO",
      errno: "ELOOP",
    });
    await expect(rewriteFileAtomic(at("folder") + "/", "x")).rejects.toThrow(TypeError);
    expect((await fs.readdir(folder.path)).sort()).toEqual(["folder", "loop"]);
  });

  test("a full disk, on which write-file-atomic by itself would leave a cut-off file", async (context) => {
    const mounted = await mountTmpfs(256 * 1024);
    if (mounted.found === undefined) return context.skip(mounted.reason);
    await using disk = mounted.found;
    const file = path.join(disk.path, "file");
    await fs.writeFile(file, "o".repeat(80_000));
    for (const size of [170_000, 250_000, 2_000_000]) {
      const outcome = await rewriteFileAtomic(file, "n".repeat(size)).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
      expect(outcome).toBe(size < 171_000 ? "done" : "ERR_ATOMIC_NO_SPACE");
      const now = await fs.readFile(file, "latin1");
      expect(now === "n".repeat(170_000)).toBe(true);
      expect(await fs.readdir(disk.path)).toEqual(["file"]);
    }
  });
});

test("calls for one path in one process follow one another", async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, "file");
  let running = 0;
  const contents = Array.from({ length: 8 }, (_, n) => String(n).repeat(10_000 * n + 1));
  await Promise.all(
    contents.map((content) =>
      rewriteFileAtomic(file, content, {
        sync: false,
        beforeCommit: async () => {
          expect((running += 1)).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        },
      }),
    ),
  );
  expect(await fs.readFile(file, "utf8")).toBe(contents.at(-1));
  expect(await fs.readdir(folder.path)).toEqual(["file"]);
});
