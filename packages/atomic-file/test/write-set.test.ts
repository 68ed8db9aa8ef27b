import fs from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openAtomicWriter, openWriteSet, type AtomicFileError } from "../src/index.ts";

const contentsOf = async (folder: string): Promise<Record<string, string>> => {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return Object.fromEntries(
    await Promise.all(
      files.sort().map(async (name) => [name, await fs.readFile(path.join(folder, name), "utf8")]),
    ),
  ) as Record<string, string>;
};

test("files of several folders and kinds appear together, each with its own options", async () => {
  await using folder = await temporaryFolder();
  const at = (...names: string[]): string => path.join(folder.path, ...names);
  await fs.mkdir(at("sub"));
  await fs.writeFile(at("a"), "old a");
  const before: unknown[] = [];
  await using set = openWriteSet({
    sync: true,
    beforeCommit: async () => void before.push(await contentsOf(folder.path)),
  });
  await set.add(at("a"), "new a");
  await set.add(at("sub", "b"), [Buffer.from("new "), Buffer.from("b")], { mode: 0o640, digest: true });
  await using writer = await openAtomicWriter({ stagingFolder: folder.path });
  await writer.write("new c");
  await set.add(at("c"), writer, { mode: 0o777 });
  expect((await contentsOf(folder.path))["a"]).toBe("old a");
  expect(await set.commit()).toEqual([
    { path: at("a"), size: 5, digest: undefined },
    { path: at("sub", "b"), size: 5, digest: expect.stringMatching(/^sha256:/) as string },
    { path: at("c"), size: 5, digest: expect.stringMatching(/^sha256:/) as string },
  ]);
  expect(before).toHaveLength(1);
  expect(before[0]).toMatchObject({ a: "old a" });
  expect(await contentsOf(folder.path)).toEqual({ a: "new a", c: "new c" });
  expect(await contentsOf(at("sub"))).toEqual({ b: "new b" });
  expect((await fs.stat(at("sub", "b"))).mode & 0o777).toBe(0o640);
  // The writer's own mode holds, and the writer is used up.
  expect((await fs.stat(at("c"))).mode & 0o777).toBe(0o600);
  await expect(writer.write("more")).rejects.toMatchObject({ code: "ERR_ATOMIC_COMMITTED" });
});

test("any set of files: all there after commit, none after a failure or abandonment, and never a temporary file", async () => {
  const file = fc.record({
    name: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    text: fc.string({ maxLength: 5 }),
  });
  const files = fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 6 });
  const end = fc.constantFrom("commit", "abandon", "leave", "missing folder", "beforeCommit", "abort");
  await fc.assert(
    fc.asyncProperty(files, end, fc.boolean(), async (added, how, wait) => {
      await using folder = await temporaryFolder();
      for (const name of ["a", "b"]) await fs.writeFile(path.join(folder.path, name), `old ${name}`);
      const abort = new AbortController();
      const reason = new Error("enough");
      {
        await using set = openWriteSet({
          sync: false,
          signal: abort.signal,
          beforeCommit: () => {
            if (how === "beforeCommit") throw reason;
          },
        });
        const adding: Promise<unknown>[] = [];
        for (const { name, text } of added) {
          adding.push(set.add(path.join(folder.path, name), text));
          if (wait) await Promise.all(adding);
        }
        if (how === "missing folder") {
          const missing = set.add(path.join(folder.path, "missing", "x"), "x");
          await expect(missing).rejects.toMatchObject({ code: "ERR_ATOMIC_MISSING_FOLDER" });
          await Promise.allSettled(adding);
          await expect(set.commit()).rejects.toMatchObject({ code: "ERR_ATOMIC_MISSING_FOLDER" });
        } else await Promise.all(adding);
        if (how === "abort") abort.abort(reason);
        if (how === "commit") await set.commit();
        if (how === "abandon") await set.abandon();
        if (how === "beforeCommit" || how === "abort") await expect(set.commit()).rejects.toBe(reason);
      }
      const old = { a: "old a", b: "old b" };
      const expected =
        how === "commit"
          ? { ...old, ...Object.fromEntries(added.map(({ name, text }) => [name, text])) }
          : old;
      expect(await contentsOf(folder.path)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

describe("failures", () => {
  test("a rename that fails in the middle: the error says which files appeared, and only those did", async () => {
    await using folder = await temporaryFolder();
    const at = (...names: string[]): string => path.join(folder.path, ...names);
    for (const name of ["1", "2", "3"]) await fs.mkdir(at(name));
    await using set = openWriteSet({
      // What the set could not see beforehand: the second folder goes when all has been checked.
      beforeCommit: () => fs.rm(at("2"), { recursive: true }),
    });
    for (const name of ["1", "2", "3"]) await set.add(at(name, "file"), name, { stagingFolder: folder.path });
    const error = (await set.commit().catch((reason: unknown) => reason)) as AtomicFileError;
    expect(error).toMatchObject({
      code: "ERR_ATOMIC_PARTIAL",
      appeared: [at("1", "file")],
      path: at("2", "file"),
      syscall: "rename",
      errno: "ENOENT",
    });
    expect(error.cause).toMatchObject({ code: "ERR_ATOMIC_MISSING_FOLDER" });
    expect(await fs.readdir(at("1"))).toEqual(["file"]);
    expect(await fs.readdir(at("3"))).toEqual([]);
    expect(await fs.readdir(folder.path)).toEqual(["1", "3"]);
    await expect(set.add(at("x"), "x")).rejects.toMatchObject({ code: "ERR_ATOMIC_COMMITTED" });
  });

  test("a folder at one of the targets is found before anything appears", async () => {
    await using folder = await temporaryFolder();
    await fs.mkdir(path.join(folder.path, "b"));
    await using set = openWriteSet();
    for (const name of ["a", "b"]) await set.add(path.join(folder.path, name), name);
    await expect(set.commit()).rejects.toMatchObject({
      code: "ERR_ATOMIC_IO",
      errno: "EISDIR",
      appeared: [],
    });
    expect(await fs.readdir(folder.path)).toEqual(["b"]);
  });

  test("a path that comes twice is the caller's mistake; the set goes on without it", async () => {
    await using folder = await temporaryFolder();
    await using set = openWriteSet();
    await set.add(path.join(folder.path, "a"), "1");
    await expect(set.add(`${folder.path}/./a`, "2")).rejects.toThrow(TypeError);
    await set.commit();
    expect(await contentsOf(folder.path)).toEqual({ a: "1" });
  });

  test("a writer that has failed takes the set with it", async () => {
    await using folder = await temporaryFolder();
    const writer = await openAtomicWriter({ stagingFolder: folder.path });
    await writer.abandon();
    await using set = openWriteSet();
    await set.add(path.join(folder.path, "a"), "a");
    await expect(set.add(path.join(folder.path, "b"), writer)).rejects.toMatchObject({
      code: "ERR_ATOMIC_ABANDONED",
    });
    await expect(set.commit()).rejects.toMatchObject({ code: "ERR_ATOMIC_ABANDONED" });
    expect(await fs.readdir(folder.path)).toEqual([]);
  });

  test("commit and abandon while files are being prepared wait for them", async () => {
    await using folder = await temporaryFolder();
    const big = new Uint8Array(3_000_000);
    for (const end of ["commit", "abandon"] as const) {
      const set = openWriteSet();
      const adding = Promise.allSettled(["a", "b"].map((name) => set.add(path.join(folder.path, name), big)));
      await set[end]();
      const outcomes = await adding;
      expect(outcomes.map((each) => each.status)).toEqual(
        new Array(2).fill(end === "commit" ? "fulfilled" : "rejected"),
      );
      expect(await fs.readdir(folder.path)).toEqual(end === "commit" ? ["a", "b"] : []);
      for (const name of ["a", "b"]) await fs.rm(path.join(folder.path, name), { force: true });
    }
  });

  test("an empty set commits, and a used one says so", async () => {
    const set = openWriteSet();
    expect(await set.commit()).toEqual([]);
    for (const call of [() => set.commit(), () => set.abandon()]) {
      await expect(call()).rejects.toMatchObject({ code: "ERR_ATOMIC_COMMITTED" });
    }
    const other = openWriteSet();
    await other.abandon();
    await other.abandon();
    await expect(other.commit()).rejects.toMatchObject({ code: "ERR_ATOMIC_ABANDONED" });
    expect(() => openWriteSet({ mode: -1 })).toThrow(TypeError);
  });
});
