import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AtomicFileError, writeFileAtomic } from "../src/index.ts";

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const modeOf = async (file: string): Promise<string> => ((await fs.lstat(file)).mode & 0o7777).toString(8);

describe("contents", () => {
  test("any list of pieces gives their concatenation, its size and its digest", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    const piece = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(0)));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.boolean(), async (pieces, digest) => {
        const whole = Buffer.concat(pieces);
        expect(await writeFileAtomic(target, pieces, { digest, sync: false })).toEqual({
          path: target,
          size: whole.length,
          digest: digest ? digestOf(whole) : undefined,
        });
        expect(await fs.readFile(target)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
  });

  // Around the sizes at which writing changes its way: on or off the thread, one call or several, with or without a digest.
  test.each([
    [1023, 1],
    [1024, 64],
    [1025, 64],
    [5000, 40],
    [1, 65_536],
    [1, 65_537],
    [3, 1_048_576],
    [1, 1_048_577],
    [2, 17_000_000],
  ])("%i pieces of %i bytes", async (count, length) => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    const pieces = Array.from({ length: count }, (_, n) => new Uint8Array(length).fill(n % 251));
    const whole = Buffer.concat(pieces);
    for (const digest of [false, true]) {
      const written = await writeFileAtomic(target, pieces, { digest });
      expect(written).toEqual({
        path: target,
        size: whole.length,
        digest: digest ? digestOf(whole) : undefined,
      });
      expect((await fs.readFile(target)).equals(whole)).toBe(true);
    }
  });

  test("text is written as UTF-8, nothing as an empty file", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    expect(await writeFileAtomic(target, "héllo 𝒳")).toMatchObject({ size: 11 });
    expect(await fs.readFile(target, "utf8")).toBe("héllo 𝒳");
    for (const nothing of ["", new Uint8Array(0), [], [new Uint8Array(0)]]) {
      expect(await writeFileAtomic(target, nothing, { digest: true })).toMatchObject({
        size: 0,
        digest: digestOf(new Uint8Array(0)),
      });
      expect(await fs.readFile(target)).toHaveLength(0);
    }
  });

  test("the pieces are written from where they are, views included, and stay as they are", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    const memory = Uint8Array.from({ length: 100 }, (_, n) => n);
    const pieces = Object.freeze([memory.subarray(10, 20), memory.subarray(5, 5), memory.subarray(90)]);
    await writeFileAtomic(target, pieces);
    expect([...(await fs.readFile(target))]).toEqual(
      [10, 11, 12, 13, 14, 15, 16, 17, 18, 19].concat([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]),
    );
    expect(memory[50]).toBe(50);
  });
});

describe("modes", () => {
  test.each([
    [0o077, 0o600],
    [0o077, 0o644],
    [0o077, 0o777],
    [0o000, 0o600],
    [0o000, 0o644],
    [0o777, 0o600],
    [0o022, 0o400],
    [0o022, 0o000],
    [0o022, 0o1666],
  ])("under umask %o a file asked for with %o has just that", async (umask, mode) => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    const before = process.umask(umask);
    try {
      for (const sync of [true, false]) {
        const temporaries: string[] = [];
        await writeFileAtomic(target, "x", {
          mode,
          sync,
          beforeCommit: async () => {
            for (const name of await fs.readdir(folder.path)) {
              if (name.startsWith(".tmp-")) temporaries.push(await modeOf(path.join(folder.path, name)));
            }
          },
        });
        expect(temporaries).toEqual([mode.toString(8)]);
        expect(await modeOf(target)).toBe(mode.toString(8));
      }
    } finally {
      process.umask(before);
    }
  });

  test("the default is 0600, also where a file of another mode was", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    await fs.writeFile(target, "old", { mode: 0o644 });
    await writeFileAtomic(target, "new");
    expect(await modeOf(target)).toBe("600");
  });
});

describe("places", () => {
  test("a relative path means the working folder of the moment of the call", async () => {
    await using folder = await temporaryFolder();
    const relative = path.relative(process.cwd(), path.join(folder.path, "file"));
    expect((await writeFileAtomic(relative, "x")).path).toBe(path.join(folder.path, "file"));
  });

  test("names of up to 255 bytes are targets, whatever their characters", async () => {
    await using folder = await temporaryFolder();
    const names = [
      "a".repeat(255),
      "é".repeat(127),
      "日".repeat(85),
      "𝒳".repeat(63),
      "-".repeat(241),
      " ",
      "\n",
      "...",
    ];
    for (const name of names) await writeFileAtomic(path.join(folder.path, name), name);
    for (const name of names) expect(await fs.readFile(path.join(folder.path, name), "utf8")).toBe(name);
    expect((await fs.readdir(folder.path)).sort()).toEqual(names.sort());
    await expect(writeFileAtomic(path.join(folder.path, "a".repeat(256)), "")).rejects.toMatchObject({
      code: "ERR_ATOMIC_IO",
      errno: "ENAMETOOLONG",
    });
    expect(await fs.readdir(folder.path)).toHaveLength(names.length);
  });

  test("a staging folder takes the temporary file, and is left empty", async () => {
    await using folder = await temporaryFolder();
    const [stagingFolder, target] = [path.join(folder.path, "staging"), path.join(folder.path, "file")];
    await fs.mkdir(stagingFolder);
    let staged: string[] = [];
    await writeFileAtomic(target, "x", {
      stagingFolder,
      beforeCommit: async () => {
        staged = [...(await fs.readdir(stagingFolder)), ...(await fs.readdir(folder.path))];
      },
    });
    expect(staged).toEqual([expect.stringMatching(/^\.tmp-file[0-9a-f]{16}$/), "staging"]);
    expect(await fs.readdir(stagingFolder)).toEqual([]);
    expect(await fs.readFile(target, "utf8")).toBe("x");
  });

  test("a symbolic link at the path is replaced, and what it leads to is not touched", async () => {
    await using folder = await temporaryFolder();
    const [link, elsewhere] = [path.join(folder.path, "link"), path.join(folder.path, "elsewhere")];
    await fs.writeFile(elsewhere, "precious");
    for (const to of [elsewhere, path.join(folder.path, "nowhere"), link]) {
      await fs.rm(link, { force: true });
      await fs.symlink(to, link);
      await writeFileAtomic(link, "new");
      expect((await fs.lstat(link)).isFile()).toBe(true);
      expect(await fs.readFile(link, "utf8")).toBe("new");
    }
    expect(await fs.readFile(elsewhere, "utf8")).toBe("precious");
  });

  test("a folder at the path is left alone", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "folder");
    await fs.mkdir(target);
    await expect(writeFileAtomic(target, "x")).rejects.toMatchObject({
      code: "ERR_ATOMIC_IO",
      errno: "EISDIR",
      path: target,
    });
    expect(await fs.readdir(folder.path)).toEqual(["folder"]);
  });

  test("a path through a file, and one through a missing folder, say what is wrong", async () => {
    await using folder = await temporaryFolder();
    await fs.writeFile(path.join(folder.path, "file"), "");
    const through = writeFileAtomic(path.join(folder.path, "file", "x"), "x");
    await expect(through).rejects.toMatchObject({ code: "ERR_ATOMIC_IO", errno: "ENOTDIR" });
    const missing = writeFileAtomic(path.join(folder.path, "missing", "x"), "x");
    await expect(missing).rejects.toMatchObject({
      code: "ERR_ATOMIC_MISSING_FOLDER",
      errno: "ENOENT",
      syscall: "open",
    });
    await expect(missing).rejects.toBeInstanceOf(AtomicFileError);
    await expect(missing).rejects.toThrow(/missing[/\\]x: .*make the folder/);
  });
});

describe("the moment before the rename", () => {
  test("beforeCommit sees the old file and a whole temporary one; what it throws comes out and nothing happens", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    await fs.writeFile(target, "old");
    const reason = new Error("the lock is lost");
    const seen: string[] = [];
    const refuse = async (): Promise<void> => {
      for (const name of (await fs.readdir(folder.path)).sort()) {
        seen.push(await fs.readFile(path.join(folder.path, name), "utf8"));
      }
      throw reason;
    };
    await expect(writeFileAtomic(target, "new", { beforeCommit: refuse })).rejects.toBe(reason);
    expect(seen).toEqual(["new", "old"]);
    const atOnce = (): void => {
      throw reason;
    };
    await expect(writeFileAtomic(target, "new", { beforeCommit: atOnce })).rejects.toBe(reason);
    expect(await fs.readdir(folder.path)).toEqual(["file"]);
    expect(await fs.readFile(target, "utf8")).toBe("old");
  });

  test("a temporary file that somebody takes away is a failure, and the old file stays", async () => {
    await using folder = await temporaryFolder();
    const target = path.join(folder.path, "file");
    await fs.writeFile(target, "old");
    const take = async (): Promise<void> => {
      for (const name of await fs.readdir(folder.path)) {
        if (name.startsWith(".tmp-")) await fs.rm(path.join(folder.path, name));
      }
    };
    await expect(writeFileAtomic(target, "new", { beforeCommit: take })).rejects.toMatchObject({
      code: "ERR_ATOMIC_MISSING_FOLDER",
      syscall: "rename",
    });
    expect(await fs.readFile(target, "utf8")).toBe("old");
  });
});

describe("signals", () => {
  test.each([4, 100_000, 40_000_000])(
    "aborted before, on the way or just before the rename: %i bytes",
    async (size) => {
      await using folder = await temporaryFolder();
      const target = path.join(folder.path, "file");
      await fs.writeFile(target, "old");
      const reason = { why: "enough" };
      await expect(writeFileAtomic(target, "x", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

      const late = new AbortController();
      const beforeCommit = (): void => late.abort(reason);
      await expect(
        writeFileAtomic(target, new Uint8Array(size), { signal: late.signal, beforeCommit }),
      ).rejects.toBe(reason);

      const onTheWay = new AbortController();
      const writing = writeFileAtomic(target, new Uint8Array(size), { signal: onTheWay.signal });
      onTheWay.abort(reason);
      await expect(writing).rejects.toBe(reason);

      expect(await fs.readdir(folder.path)).toEqual(["file"]);
      expect(await fs.readFile(target, "utf8")).toBe("old");
    },
  );
});

test("writers of one path at one time: every moment shows one of the contents, whole", async () => {
  await using folder = await temporaryFolder();
  const target = path.join(folder.path, "file");
  const contents = Array.from({ length: 12 }, (_, n) => Buffer.alloc(20_000 * (n + 1), n + 1));
  await writeFileAtomic(target, contents[0] as Buffer);
  const writing = Promise.all(
    contents.map(async (content) => {
      for (let round = 0; round < 5; round += 1)
        await writeFileAtomic(target, content, { sync: round % 2 === 0 });
    }),
  );
  let ended = false;
  const done = writing.finally(() => (ended = true));
  let looked = 0;
  while (!ended) {
    const now = await fs.readFile(target);
    expect(now.equals(contents[(now[0] ?? 0) - 1] as Buffer)).toBe(true);
    looked += 1;
  }
  await done;
  expect(looked).toBeGreaterThan(0);
  expect(await fs.readdir(folder.path)).toEqual(["file"]);
});

test("arguments that cannot mean anything are the caller's mistake", async () => {
  await using folder = await temporaryFolder();
  const target = path.join(folder.path, "file");
  const wrongPaths = [
    "",
    "a\0b",
    "/",
    ".",
    "..",
    `${folder.path}/`,
    `${folder.path}/.`,
    `${folder.path}/x/..`,
    undefined,
    1,
  ];
  for (const wrong of wrongPaths) {
    await expect(writeFileAtomic(wrong as string, "x")).rejects.toThrow(TypeError);
  }
  for (const wrong of [undefined, null, 1, {}, ["x"], [new Uint8Array(1), null], new ArrayBuffer(1)]) {
    await expect(writeFileAtomic(target, wrong as unknown as string)).rejects.toThrow(TypeError);
  }
  const wrongOptions = [
    { mode: -1 },
    { mode: 0o10000 },
    { mode: 0.5 },
    { mode: "600" },
    { sync: "yes" },
    { digest: 1 },
    { beforeCommit: true },
    { signal: {} },
    { stagingFolder: "" },
    { stagingFolder: 1 },
    null,
  ];
  for (const wrong of wrongOptions) {
    await expect(writeFileAtomic(target, "x", wrong as object)).rejects.toThrow(TypeError);
  }
  expect(await fs.readdir(folder.path)).toEqual([]);
});
