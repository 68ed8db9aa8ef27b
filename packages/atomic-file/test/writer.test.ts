import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { temporaryFolder } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AtomicFileError, openAtomicWriter, type Chunk } from "../src/index.ts";

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const temporaries = async (folder: string): Promise<string[]> =>
  (await fs.readdir(folder)).filter((name) => name.startsWith(".tmp-"));

describe("what is written", () => {
  test("any chunks, however they come, give their concatenation, size and digest", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    // Sizes on both sides of the buffer's 1 MiB, and small ones in between.
    const bytes = fc
      .tuple(
        fc.oneof(fc.nat(50), fc.nat(1_200_000), fc.constantFrom(0, 1_048_575, 1_048_576, 1_048_577)),
        fc.nat(255),
      )
      .map(([length, fill]) => new Uint8Array(length).fill(fill));
    const chunk = fc.oneof(bytes, fc.string({ unit: "grapheme", maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(chunk, { maxLength: 12 }),
        fc.constantFrom("write", "write without waiting", "array", "generator", "Node stream", "web stream"),
        async (chunks, way) => {
          const whole = Buffer.concat(chunks.map((each) => Buffer.from(each)));
          await using writer = await openAtomicWriter({ path: target, sync: false });
          if (way === "write") for (const each of chunks) await writer.write(each);
          else if (way === "write without waiting")
            await Promise.all(chunks.map((each) => writer.write(each)));
          else if (way === "array") await writer.writeAll(chunks);
          else if (way === "Node stream") {
            // An object stream would end at an empty string: that is the stream's way, not the writer's.
            await writer.writeAll(Readable.from(chunks));
          } else if (way === "web stream") await writer.writeAll(new Blob(chunks).stream());
          else
            await writer.writeAll(
              (function* () {
                yield* chunks;
              })(),
            );
          expect(writer.size).toBe(whole.length);
          const expected = { size: whole.length, digest: digestOf(whole) };
          expect(await writer.finish()).toEqual(expected);
          expect(await writer.finish()).toEqual(expected);
          expect(await writer.commit()).toEqual({ path: target, ...expected });
          expect((await fs.readFile(target)).equals(whole)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
  });

  test("a chunk's memory is the caller's again after write, whatever its size", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    await using writer = await openAtomicWriter({ path: target });
    const memory = new Uint8Array(1_600_000);
    const expected: Uint8Array[] = [];
    for (const [n, length] of [10, 800_000, 400_000, 1_600_000, 1, 1_048_576, 1_048_575, 5].entries()) {
      expected.push(new Uint8Array(length).fill(n + 1));
      await writer.write(memory.fill(n + 1).subarray(0, length));
      memory.fill(0xff);
    }
    const whole = Buffer.concat(expected);
    expect((await writer.commit()).digest).toBe(digestOf(whole));
    expect((await fs.readFile(target)).equals(whole)).toBe(true);
  });

  test("a character cut by the border between two texts arrives whole; a lone half becomes U+FFFD", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    const cases: [Chunk[], string][] = [
      [["a\ud835", "\udcb3b"], "a𝒳b"],
      [["\ud835", "", "\udcb3"], "𝒳"],
      [["\ud835", "x"], "\ufffdx"],
      [["\ud835"], "\ufffd"],
      [["\ud835", "\ud835", "\udcb3"], "\ufffd𝒳"],
      [["\ud835", new Uint8Array([0x21]), "\udcb3"], "\ufffd!\ufffd"],
    ];
    for (const [chunks, text] of cases) {
      await using writer = await openAtomicWriter({ path: target });
      for (const chunk of chunks) await writer.write(chunk);
      await writer.commit();
      expect(await fs.readFile(target, "utf8")).toBe(text);
    }
  });

  test("a digest can be left out", async () => {
    await using folder = await temporaryFolder();
    await using writer = await openAtomicWriter({ path: path.join(folder.path, "file"), digest: false });
    expect(await writer.finish()).toEqual({ size: 0, digest: undefined });
  });
});

describe("how a writer ends", () => {
  test("nothing is visible before commit", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    await fs.writeFile(target, "old");
    await using writer = await openAtomicWriter({ path: target });
    await writer.write("new");
    await writer.finish();
    expect(await fs.readFile(target, "utf8")).toBe("old");
    await writer.commit();
    expect(await fs.readFile(target, "utf8")).toBe("new");
  });

  test("a writer without a path gets it at commit; without one there it stays as it is", async () => {
    await using folder = await temporaryFolder();
    const stagingFolder = path.join(folder.path, "staging");
    await fs.mkdir(stagingFolder);
    await using writer = await openAtomicWriter({ stagingFolder, mode: 0o640 });
    await writer.write("x");
    await expect(writer.commit()).rejects.toThrow(TypeError);
    await expect(writer.commit({ path: folder.path + "/" })).rejects.toThrow(TypeError);
    const target = path.join(folder.path, "file");
    let asked = 0;
    expect(await writer.commit({ path: target, beforeCommit: () => void (asked += 1) })).toMatchObject({
      path: target,
      size: 1,
    });
    expect(asked).toBe(1);
    expect((await fs.stat(target)).mode & 0o777).toBe(0o640);
    expect(await fs.readdir(stagingFolder)).toEqual([]);
  });

  test("leaving the scope abandons it, unless it was committed", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    {
      await using writer = await openAtomicWriter({ path: target });
      await writer.write("x");
      expect(await temporaries(folder.path)).toHaveLength(1);
    }
    expect(await fs.readdir(folder.path)).toEqual([]);
    {
      await using writer = await openAtomicWriter({ path: target });
      await writer.finish();
    }
    expect(await fs.readdir(folder.path)).toEqual([]);
    {
      await using writer = await openAtomicWriter({ path: target });
      // Not awaited: the end of the scope waits for it.
      void writer.commit();
    }
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
  });

  test("a call that comes too late says what came before it", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    const all = async (writer: Awaited<ReturnType<typeof openAtomicWriter>>): Promise<unknown[]> => {
      const calls = [
        writer.write("y"),
        writer.writeAll(["y"]),
        writer.finish(),
        writer.commit(),
        writer.abandon(),
      ];
      const outcomes = await Promise.allSettled(calls);
      return outcomes.map((each) =>
        each.status === "rejected" ? (each.reason as AtomicFileError).code : "done",
      );
    };
    const finished = await openAtomicWriter({ path: target });
    await finished.finish();
    expect(await all(finished)).toEqual([
      "ERR_ATOMIC_FINISHED",
      "ERR_ATOMIC_COMMITTED",
      "done",
      "done",
      "ERR_ATOMIC_COMMITTED",
    ]);
    expect(await all(finished)).toEqual(new Array(5).fill("ERR_ATOMIC_COMMITTED"));
    const abandoned = await openAtomicWriter({ path: target });
    await abandoned.abandon();
    expect(await all(abandoned)).toEqual([...new Array(4).fill("ERR_ATOMIC_ABANDONED"), "done"]);
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
  });

  test("a failing beforeCommit or rename removes the file, and later calls repeat the error", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    const reason = new Error("not now");
    const refuse = (): never => {
      throw reason;
    };
    const writer = await openAtomicWriter({ path: target, beforeCommit: refuse });
    await expect(writer.commit()).rejects.toBe(reason);
    await expect(writer.write("x")).rejects.toBe(reason);
    await expect(writer.abandon()).resolves.toBeUndefined();
    await fs.mkdir(target);
    const other = await openAtomicWriter({ path: target });
    await expect(other.commit()).rejects.toMatchObject({ code: "ERR_ATOMIC_IO", errno: "EISDIR" });
    await expect(other.finish()).rejects.toMatchObject({ errno: "EISDIR" });
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
  });

  test("a chunk that is none is refused, and the writer goes on", async () => {
    await using folder = await temporaryFolder();
    await using writer = await openAtomicWriter({ path: path.join(folder.path, "file") });
    for (const wrong of [1, undefined, {}, [1]])
      await expect(writer.write(wrong as Chunk)).rejects.toThrow(TypeError);
    await writer.write("x");
    expect((await writer.commit()).size).toBe(1);
  });

  test("opening refuses what cannot be meant", async () => {
    for (const wrong of [{}, { path: "" }, { stagingFolder: "" }, { path: "x", mode: "1" }]) {
      await expect(openAtomicWriter(wrong as { path: string })).rejects.toThrow(TypeError);
    }
    await expect(openAtomicWriter({ path: "/", stagingFolder: "." })).rejects.toThrow(TypeError);
  });
});

describe("sources that fail, stop or are stopped", () => {
  test("when a source fails nothing of it can be committed", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    await fs.writeFile(target, "old");
    const reason = new Error("the network is gone");
    const failing: Iterable<Chunk>[] = [
      (function* () {
        yield "half";
        throw reason;
      })(),
    ];
    for (const source of [
      ...failing,
      Readable.from(
        (async function* () {
          yield await Promise.resolve("half");
          throw reason;
        })(),
      ),
      new ReadableStream<Chunk>({
        pull(controller) {
          controller.error(reason);
        },
      }) as AsyncIterable<Chunk>,
    ]) {
      const writer = await openAtomicWriter({ path: target });
      await expect(writer.writeAll(source)).rejects.toBe(reason);
      await expect(writer.commit()).rejects.toBe(reason);
    }
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
    expect(await fs.readFile(target, "utf8")).toBe("old");
  });

  test.each(["abort", "abandon"] as const)(
    "%s ends the wait for sources that give nothing, and closes them",
    async (way) => {
      await using folder = await temporaryFolder();
      const reason = new Error("enough");
      const closed: string[] = [];
      const node = new PassThrough();
      node.on("close", () => closed.push("Node stream"));
      const web = new ReadableStream<Chunk>({ cancel: () => void closed.push("web stream") });
      const iterable: AsyncIterable<Chunk> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => undefined),
          return: () => {
            closed.push("iterator");
            // Nor does it ever say that it has closed.
            return new Promise(() => undefined);
          },
        }),
      };
      for (const source of [node, web as AsyncIterable<Chunk>, iterable]) {
        const abort = new AbortController();
        const writer = await openAtomicWriter({ path: path.join(folder.path, "file"), signal: abort.signal });
        const writing = writer.writeAll(source);
        // Let it come to the point where it waits.
        await new Promise((resolve) => setImmediate(resolve));
        if (way === "abort") abort.abort(reason);
        else await writer.abandon();
        if (way === "abort") await expect(writing).rejects.toBe(reason);
        else await expect(writing).rejects.toMatchObject({ code: "ERR_ATOMIC_ABANDONED" });
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(closed).toEqual(["Node stream", "web stream", "iterator"]);
      expect(await fs.readdir(folder.path)).toEqual([]);
    },
  );

  test("an abort between calls removes the temporary file without another call", async () => {
    await using folder = await temporaryFolder();
    const reason = new Error("enough");
    for (const size of [10, 1_000_000]) {
      const abort = new AbortController();
      const writer = await openAtomicWriter({ path: path.join(folder.path, "file"), signal: abort.signal });
      await writer.write(new Uint8Array(size));
      abort.abort(reason);
      await expect.poll(() => fs.readdir(folder.path)).toEqual([]);
      await expect(writer.commit()).rejects.toBe(reason);
    }
  });

  test("a source is closed when what it gives is refused", async () => {
    await using folder = await temporaryFolder();
    let closed = false;
    const source = (function* (): Generator<Chunk> {
      try {
        yield "good";
        yield 1 as unknown as Chunk;
      } finally {
        closed = true;
      }
    })();
    const writer = await openAtomicWriter({ path: path.join(folder.path, "file") });
    await expect(writer.writeAll(source)).rejects.toThrow(TypeError);
    expect(closed).toBe(true);
    await expect(writer.commit()).rejects.toThrow(TypeError);
    expect(await fs.readdir(folder.path)).toEqual([]);
  });

  test("text and bytes are sources of one chunk", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    await using writer = await openAtomicWriter({ path: target });
    await writer.writeAll("text");
    await writer.writeAll(new Uint8Array([33]) as unknown as Iterable<Chunk>);
    await writer.commit();
    expect(await fs.readFile(target, "utf8")).toBe("text!");
    await expect(
      (await openAtomicWriter({ path: target })).writeAll(1 as unknown as Iterable<Chunk>),
    ).rejects.toThrow(TypeError);
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
  });
});

describe("a copy of a file", () => {
  test("has its bytes, size and digest, and the writer's mode", async () => {
    await using folder = await temporaryFolder();
    const source = path.join(folder.path, "source");
    const target = path.join(folder.path, "target");
    for (const size of [0, 10, 3_000_000]) {
      const bytes = Buffer.alloc(size, "copied");
      await fs.writeFile(source, bytes, { mode: 0o644 });
      for (const digest of [true, false]) {
        await using writer = await openAtomicWriter({ path: target, mode: 0o600, digest });
        await writer.copyFrom(source);
        const written = await writer.commit();
        expect(written).toMatchObject({ size, digest: digest ? digestOf(bytes) : undefined });
        expect(Buffer.compare(await fs.readFile(target), bytes)).toBe(0);
        if (process.platform !== "win32") expect((await fs.stat(target)).mode & 0o777).toBe(0o600);
      }
    }
    expect(await temporaries(folder.path)).toEqual([]);
  });

  test("of a large one tells how far it is, and ends when the signal or who is told says so", async () => {
    await using folder = await temporaryFolder();
    const source = path.join(folder.path, "source");
    const target = path.join(folder.path, "target");
    const size = 40_000_001;
    const bytes = Buffer.alloc(size, "a piece of an odd length");
    await fs.writeFile(source, bytes);
    for (const digest of [true, false]) {
      const told: number[] = [];
      await using writer = await openAtomicWriter({ path: target, digest });
      await writer.copyFrom(source, (done) => told.push(done));
      expect(await writer.commit()).toMatchObject({ size, digest: digest ? digestOf(bytes) : undefined });
      expect(Buffer.compare(await fs.readFile(target), bytes)).toBe(0);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(told.at(-1)).toBe(size);
    }
    for (const reason of [new Error("told"), new Error("aborted")]) {
      // So much of nothing that no system copies it in a test. Only where blocks are shared it is there at once.
      await fs.truncate(source, 1e12);
      const aborting = new AbortController();
      await using writer = await openAtomicWriter({ path: target, signal: aborting.signal });
      const copied = writer.copyFrom(source, () => {
        if (reason.message === "told") throw reason;
        aborting.abort(reason);
      });
      await expect(copied).rejects.toBe(reason);
      await expect(writer.commit()).rejects.toBe(reason);
    }
    expect(await temporaries(folder.path)).toEqual([]);
    expect(Buffer.compare(await fs.readFile(target), bytes)).toBe(0);
  });

  test("is all of a file, and of one that is there", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "target");
    await using begun = await openAtomicWriter({ path: target });
    await begun.write("x");
    await expect(begun.copyFrom(target)).rejects.toThrow(TypeError);
    await using other = await openAtomicWriter({ path: target });
    await expect(other.copyFrom(path.join(folder.path, "none"))).rejects.toMatchObject({
      code: "ERR_ATOMIC_MISSING_FOLDER",
    });
    await begun.abandon();
    expect(await temporaries(folder.path)).toEqual([]);
  });
});

test("a source is refused as soon as it gives too much, and closed", async () => {
  await using folder = await temporaryFolder();
  await using writer = await openAtomicWriter({ path: path.join(folder.path, "file") });
  const refusal = new Error("too much");
  const sizes: number[] = [];
  let isClosed = false;
  function* endless(): Generator<Chunk> {
    try {
      for (;;) yield "€";
    } finally {
      isClosed = true;
    }
  }
  const accept = (size: number): void => {
    sizes.push(size);
    if (size > 10) throw refusal;
  };
  await expect(writer.writeAll(endless(), accept)).rejects.toBe(refusal);
  expect(sizes).toEqual([3, 6, 9, 12]);
  expect(isClosed).toBe(true);
  expect(await temporaries(folder.path)).toEqual([]);
});
