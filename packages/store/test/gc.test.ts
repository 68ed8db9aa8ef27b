import { chmod, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { bundledChild, runProcess, temporaryFolder, treeListing } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { type GcOptions, type GcResult, openContainerStore, StowageError } from "../src/index.ts";
import { A, B, C, library, type Patient, record, withPatient } from "./support/health.ts";

const HOUR = 3_600_000;
const D = "d3".repeat(32);

async function withStore(test: (patient: Patient) => Promise<void>): Promise<void> {
  await withPatient(async (patient) => {
    {
      await using store = await patient.open();
      await store.create({ id: A, names: ["web"], bigData: [{ key: "config.json", data: "first" }] });
      await store.create({ id: B, volatile: true, bigData: [{ key: "k", data: "second" }] });
    }
    await test(patient);
  });
}

async function orphan(patient: Patient, id: string, content = "12345"): Promise<void> {
  await mkdir(patient.at(id, "deep"), { recursive: true, mode: 0o700 });
  await patient.write(content, id, "deep", "file");
}

async function age(file: string, hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * HOUR);
  await utimes(file, then, then);
}

async function collected(patient: Patient, options: GcOptions = {}): Promise<GcResult> {
  await using store = await patient.open();
  return await store.gc(options);
}

const exists = async (file: string): Promise<boolean> =>
  await readdir(path.dirname(file)).then((names) => names.includes(path.basename(file)));

/** More folders in each other than a path can name. */
async function deepFolder(top: string): Promise<void> {
  const names = Array.from({ length: 15 }, () => "d".repeat(200)).join("/");
  const command = 'mkdir -p "$0" && cd "$0" && for i in 1 2; do mkdir -p "$1" && cd -P "$1" || exit 1; done';
  const { code, stderr } = await runProcess("bash", ["-c", command, top, names]);
  if (code !== 0) throw new Error(stderr);
}

describe("gc", () => {
  it("removes orphaned folders, what deletions left, and old temporary files; and nothing else", () =>
    withStore(async (patient) => {
      await orphan(patient, C);
      await orphan(patient, ".stowage-removed-1", "123");
      const temporary = [
        [".tmp-containers.json77"],
        [".tmp-0123456789abcdef"],
        ["containers.json.31415"],
        [A, ".tmp-config.json5"],
        [A, "config.json.27182"],
      ];
      const kept = [
        [".tmp-young"],
        [A, "config.json.314159"],
        ["notes.txt"],
        [A, "unrecorded"],
        [A, "other.12345"],
        ["other", ".tmp-x"],
      ];
      await mkdir(patient.at("other"));
      await mkdir(patient.at(A, ".tmp-folder"));
      for (const names of [...temporary, ...kept]) await patient.write("12", ...names);
      for (const names of [...temporary, ...kept.slice(2)]) await age(patient.at(...names), 25);
      const expected = [
        { path: C, bytes: 5, kind: "orphaned folder" },
        { path: ".stowage-removed-1", bytes: 3, kind: "set-aside folder" },
        ...temporary.map((names) => ({ path: path.join(...names), bytes: 2, kind: "temporary file" })),
      ];
      const before = await treeListing(patient.dir);
      const planned = await collected(patient, { dryRun: true });
      expect(await treeListing(patient.dir)).toEqual(before);
      expect(planned).toMatchObject({ bytes: 18, kept: [], dryRun: true });
      expect(new Set(planned.removed)).toEqual(new Set(expected));
      const done = await collected(patient);
      expect(done).toMatchObject({ bytes: 18, kept: [], dryRun: false });
      expect(new Set(done.removed)).toEqual(new Set(expected));
      const gone = new Set(expected.map((item) => item.path));
      const isGone = (place: string): boolean =>
        [...gone].some((item) => place === item || place.startsWith(`${item}/`));
      expect(await treeListing(patient.dir)).toEqual(before.filter((entry) => !isGone(entry.path)));
      expect(await collected(patient)).toEqual({ removed: [], kept: [], bytes: 0, dryRun: false });
    }));

  it("takes a minimum age, for folders and files", () =>
    withStore(async (patient) => {
      await orphan(patient, C);
      await orphan(patient, D);
      await age(patient.at(D), 3);
      await patient.write("1", ".tmp-young");
      await patient.write("1", ".tmp-old");
      await age(patient.at(".tmp-old"), 3);
      const paths = async (options: GcOptions): Promise<string[]> =>
        (await collected(patient, { ...options, dryRun: true })).removed.map((item) => item.path).sort();
      expect(await paths({})).toEqual([C, D]);
      expect(await paths({ minAge: 2 * HOUR })).toEqual([".tmp-old", D]);
      expect(await paths({ minAge: 0 })).toEqual([".tmp-old", ".tmp-young", C, D]);
      await using store = await patient.open();
      for (const minAge of [-1, Number.NaN, ...(["1d", "1", null, [], true, 1n, new Date()] as never[])]) {
        await expect(store.gc({ minAge })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
      }
      for (const dryRun of ["false", null, 0, {}] as never[]) {
        await expect(store.gc({ dryRun })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
        await expect(store.repair({ dryRun })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
      }
      expect(await exists(patient.at(C))).toBe(true);
    }));

  it("does not follow links", () =>
    withStore(async (patient) => {
      const elsewhere = path.join(patient.dir, "..", "elsewhere");
      await mkdir(elsewhere);
      await writeFile(path.join(elsewhere, ".tmp-precious"), "precious");
      await age(path.join(elsewhere, ".tmp-precious"), 48);
      await symlink(elsewhere, patient.at(C));
      await symlink(elsewhere, patient.at(".stowage-removed-2"));
      await symlink(path.join(elsewhere, ".tmp-precious"), patient.at(".tmp-link"));
      await orphan(patient, D);
      await symlink(elsewhere, patient.at(D, "link"));
      // Not even where a container's folder should be.
      await rm(patient.at(A), { recursive: true });
      await symlink(elsewhere, patient.at(A));
      expect((await collected(patient, { minAge: 0 })).removed.map((item) => item.path)).toEqual([D]);
      expect(await readFile(path.join(elsewhere, ".tmp-precious"), "utf8")).toBe("precious");
      expect(await exists(patient.at(C))).toBe(true);
    }));

  it("refuses while not all records can be read", () =>
    withStore(async (patient) => {
      await orphan(patient, C);
      await patient.write(`${await patient.read("containers.json")}x`, "containers.json");
      await using store = await patient.open();
      for (const dryRun of [true, false]) {
        await expect(store.gc({ dryRun })).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      }
      await patient.write("", "containers.json");
      await expect(store.gc()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      expect(await exists(patient.at(C))).toBe(true);
    }));

  it("refuses while the files of records are gone, but folders of containers are there", () =>
    withStore(async (patient) => {
      await rm(patient.at("containers.json"));
      await rm(patient.at("volatile-containers.json"));
      for (const dryRun of [true, false]) {
        await expect(collected(patient, { dryRun })).rejects.toMatchObject({
          code: "ERR_STORE_DAMAGED",
          details: { path: patient.at("containers.json") },
        });
      }
      expect(await exists(patient.at(A, "config.json"))).toBe(true);
      await using store = await patient.open();
      await store.repair({ codes: ["CHECK_FILE_MISSING"] });
      expect((await store.gc()).removed.map((item) => item.path).sort()).toEqual([A, B]);
    }));

  it("keeps the folder of a container whose record stands in a copy that repair kept", () =>
    withStore(async (patient) => {
      const own = await patient.read("containers.json");
      await patient.write(`[${own.slice(1, -1).replace('"web"', "web")},${record(C)}]`, "containers.json");
      await using store = await patient.open();
      const { backups } = await store.repair();
      expect((await store.list()).map(({ id }) => id)).toEqual([C, B]);
      expect(await store.gc()).toMatchObject({ removed: [], kept: [{ path: A, kind: "orphaned folder" }] });
      expect(await exists(patient.at(A, "config.json"))).toBe(true);
      // The other lists the folders of which no record speaks: a broken record may be anybody's.
      expect(backups).toHaveLength(2);
      await rm(backups[0]!);
      expect(await store.gc()).toMatchObject({ removed: [], kept: [{ path: A }] });
      await rm(backups[1]!);
      expect(await store.gc()).toMatchObject({ removed: [{ path: A }], kept: [] });
    }));

  it.each([
    ["is cut off", (text: string) => text.slice(0, 20)],
    ["has not a byte any more", () => ""],
    ["has a broken id", (text: string) => text.replace(A.slice(0, 8), "\0".repeat(8))],
  ])("keeps the folders of containers that no copy names, since their file %s", (_, spoil) =>
    withStore(async (patient) => {
      await patient.write(spoil(await patient.read("containers.json")), "containers.json");
      await using store = await patient.open();
      const { backups } = await store.repair({ codes: ["CHECK_FILE_UNREADABLE", "CHECK_FILE_LOST"] });
      expect(JSON.parse(await readFile(backups.at(-1)!, "utf8"))).toEqual([A]);
      expect(await store.gc({ minAge: 0 })).toMatchObject({ removed: [], kept: [{ path: A }] });
      expect(await readFile(patient.at(A, "config.json"), "utf8")).not.toBe("");
    }),
  );

  it.each([
    ["both files have not a byte", "", ""],
    ["the list is null", "null", undefined],
  ])("refuses while no list speaks of the folders that are there: %s", (_, records, lock) =>
    withStore(async (patient) => {
      await rm(patient.at("volatile-containers.json"));
      await patient.write(records, "containers.json");
      if (lock !== undefined) await patient.write(lock, "containers.lock");
      expect(await patient.codes()).toContain("CHECK_FILE_MISSING");
      for (const dryRun of [true, false]) {
        await expect(collected(patient, { dryRun, minAge: 0 })).rejects.toMatchObject({
          code: "ERR_STORE_DAMAGED",
        });
      }
      expect(await exists(patient.at(A, "config.json"))).toBe(true);
      // The next list that is written does not make them anybody's.
      await using store = await patient.open();
      await store.create({ id: C });
      const { removed, kept } = await store.gc({ minAge: 0 });
      expect([removed, kept.map((item) => item.path).sort()]).toEqual([[], [A, B]]);
    }),
  );

  it("keeps the folders of records behind the end of the list, and a save keeps a copy of those", () =>
    withStore(async (patient) => {
      const own = await patient.read("containers.json");
      await patient.write(`[${record(C)}]\0${own}`, "containers.json");
      expect(await patient.codes()).toEqual(["CHECK_FILE_UNREAD", "CHECK_FOLDER_ORPHANED"]);
      await using store = await patient.open();
      expect(await store.gc({ minAge: 0 })).toMatchObject({ removed: [], kept: [{ path: A }] });
      await store.setMetadata(C, "m");
      expect(await patient.codes()).toEqual(["CHECK_FOLDER_ORPHANED"]);
      expect(await store.gc({ minAge: 0 })).toMatchObject({ removed: [], kept: [{ path: A }] });
    }));

  it("changes nothing with dryRun, not even to mend what is inconsistent", () =>
    withStore(async (patient) => {
      await orphan(patient, C);
      const own = await patient.read("containers.json");
      await patient.write(`${own.slice(0, -1)},${record(D, { names: ["web"] })}]`, "containers.json");
      const before = await treeListing(patient.dir);
      await using store = await patient.open();
      expect((await store.gc({ dryRun: true })).removed).toMatchObject([{ path: C }]);
      expect(await treeListing(patient.dir)).toEqual(before);
      // Whoever reads then still finds the store mended.
      expect((await store.get("web")).id).toBe(D);
      expect(await patient.codes()).toEqual(["CHECK_FOLDER_ORPHANED"]);
    }));

  it("leaves copies of files alone, as the library does", () =>
    withStore(async (patient) => {
      await patient.write(`${await patient.read("containers.json")}x`, "containers.json");
      await using store = await patient.open();
      const { backups } = await store.repair();
      await age(backups[0]!, 1_000);
      await store.gc({ minAge: 0 });
      if (library.found !== undefined) {
        await runProcess(library.found.peer, ["drive", "--dir", patient.dir], { input: '{"op":"gc"}\n' });
      }
      expect(await exists(backups[0]!)).toBe(true);
    }));

  it("goes on after a failure, and then reports the first", ({ skip }) =>
    withStore(async (patient) => {
      await orphan(patient, C);
      await orphan(patient, D);
      const frozen = await runProcess("chattr", ["+i", patient.at(C, "deep", "file")]).catch(() => undefined);
      if (frozen?.code !== 0) return skip("only root can freeze a file, where the file system knows that");
      try {
        await expect(collected(patient)).rejects.toBeInstanceOf(StowageError);
        expect(await exists(patient.at(D))).toBe(false);
        expect(await exists(patient.at(C))).toBe(false);
      } finally {
        const [aside = ""] = (await readdir(patient.dir)).filter((name) =>
          name.startsWith(".stowage-removed-"),
        );
        await runProcess("chattr", ["-i", patient.at(aside, "deep", "file")]);
      }
      expect((await collected(patient)).removed).toMatchObject([{ kind: "set-aside folder" }]);
    }));

  it("says with a failure what it has collected all the same", ({ skip }) =>
    withStore(async (patient) => {
      await orphan(patient, D);
      await patient.write("12345", ".tmp-old");
      await age(patient.at(".tmp-old"), 1_000);
      const frozen = await runProcess("chattr", ["+i", patient.at(".tmp-old")]).catch(() => undefined);
      if (frozen?.code !== 0) return skip("only root can freeze a file, where the file system knows that");
      try {
        await expect(collected(patient)).rejects.toThrow(
          /\.tmp-old.*the rest was collected: 1 of them, 5 bytes$/,
        );
      } finally {
        await runProcess("chattr", ["-i", patient.at(".tmp-old")]);
      }
      expect(await exists(patient.at(D))).toBe(false);
      expect((await collected(patient)).removed).toMatchObject([{ kind: "temporary file" }]);
    }));

  it("collects the rest where a folder is too deep for the system, and says which, in a sane length", () =>
    withStore(async (patient) => {
      await orphan(patient, C);
      await orphan(patient, "e4".repeat(32));
      try {
        await deepFolder(patient.at(D));
        const planned = await collected(patient, { dryRun: true });
        expect(planned.removed.map((item) => item.path).sort()).toEqual([C, D, "e4".repeat(32)]);
        const error = await collected(patient).catch((failure: unknown) => failure);
        expect(error).toMatchObject({ code: "ERR_IO", details: { errno: "ENAMETOOLONG" } });
        expect((error as Error).message).toContain(patient.at(".stowage-removed-"));
        expect((error as Error).message.length).toBeLessThan(1_500);
        expect(await exists(patient.at(C))).toBe(false);
        expect(await exists(patient.at("e4".repeat(32)))).toBe(false);
      } finally {
        await runProcess("rm", ["-rf", patient.dir]);
      }
    }));

  it("collects the rest where a folder may not be looked into, and says which", ({ skip }) =>
    withStore(async (patient) => {
      if (process.getuid?.() !== 0) return skip("only root can act as another user");
      await orphan(patient, C);
      await orphan(patient, D);
      await writeFile(patient.at(A, "config.json.27182"), "12");
      const child = await bundledChild(new URL("support/as-nobody-child.ts", import.meta.url));
      await runProcess("chown", ["-R", "65534:65534", path.dirname(patient.dir)]);
      await chmod(path.join(patient.dir, "..", ".."), 0o711);
      await chmod(patient.at(C), 0);
      await chmod(patient.at(A), 0);
      const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
      const call = [process.execPath, child, patient.dir, "false", "gc"];
      const { stdout } = await runProcess("setpriv", [...nobody, ...call]);
      const told = JSON.parse(stdout) as { code: string; message: string };
      expect(told).toMatchObject({ code: "ERR_PERMISSION", errno: "EACCES" });
      expect(told.message).toContain(patient.at());
      expect(await exists(patient.at(D))).toBe(false);
    }));

  it("never takes a container that others make meanwhile for garbage", () =>
    withStore(async (patient) => {
      await using maker = await patient.open();
      await using collector = await patient.open();
      let isOver = false;
      const making = (async () => {
        const ids: string[] = [];
        while (!isOver) {
          const { id } = await maker.create({
            volatile: ids.length % 2 === 0,
            bigData: [{ key: "k", data: "v" }],
          });
          ids.push(id);
          if (ids.length % 3 === 0) await maker.delete(ids.shift()!);
        }
        return ids;
      })();
      for (let n = 0; n < 30; n += 1) {
        // What a deletion set aside may be removed by whoever comes first.
        const { removed } = await collector.gc();
        expect(removed.filter(({ kind }) => kind !== "set-aside folder")).toEqual([]);
      }
      isOver = true;
      for (const id of await making) expect(Buffer.from(await maker.bigData(id, "k")).toString()).toBe("v");
    }));
});

describe("gc and the other mode", () => {
  const modes = [
    ["a transient store beside a normal one", true],
    ["a normal store beside a transient one", false],
  ] as const;

  const options = (patient: Patient, transient: boolean) => ({ runDir: patient.runDir, transient });

  it.each(modes)("refuses for %s that has volatile containers", (_, transient) =>
    withPatient(async (patient) => {
      {
        await using other = await patient.open(options(patient, !transient));
        await other.create({ id: C, volatile: true, bigData: [{ key: "k", data: "v" }] });
      }
      await using store = await patient.open(options(patient, transient));
      await store.create({ id: A });
      await orphan(patient, D);
      for (const dryRun of [true, false]) {
        await expect(store.gc({ dryRun })).rejects.toMatchObject({ code: "ERR_STORE_OTHER_MODE" });
      }
      expect(await readFile(patient.at(C, "k"), "utf8")).toBe("v");
      {
        await using other = await patient.open(options(patient, !transient));
        await other.delete(C);
      }
      expect((await store.gc()).removed).toMatchObject([{ path: D }]);
    }),
  );

  it.each(modes)("refuses for %s whose volatile file cannot be read", (_, transient) =>
    withPatient(async (patient) => {
      await (await patient.open(options(patient, !transient))).close();
      await patient.write("[]", "containers.json");
      const other = transient ? patient.dir : patient.runDir;
      await writeFile(path.join(other, "volatile-containers.json"), "[{");
      await using store = await patient.open(options(patient, transient));
      await orphan(patient, D);
      await expect(store.gc()).rejects.toMatchObject({ code: "ERR_STORE_OTHER_MODE" });
    }),
  );

  it.each(modes)(
    "keeps out for %s whoever might be making a container, without waiting for him",
    (_, transient) =>
      withPatient(async (patient) => {
        await (await patient.open(options(patient, !transient))).close();
        await patient.write("[]", "containers.json");
        await using store = await patient.open(options(patient, transient));
        await orphan(patient, D);
        await using lock = await openLockFile(
          path.join(transient ? patient.dir : patient.runDir, "containers.lock"),
        );
        {
          await using _held = await lock.lockForWriting();
          await expect(store.gc()).rejects.toMatchObject({ code: "ERR_STORE_OTHER_MODE" });
          expect(await exists(patient.at(D))).toBe(true);
        }
        expect((await store.gc()).removed).toMatchObject([{ path: D }]);
        await using _free = (await lock.tryLockForWriting())!;
        expect(_free).toBeDefined();
      }),
  );
});

it("keeps the folders of stable containers whose records are gone, though a volatile container is there", async () => {
  await using folder = await temporaryFolder();
  await using store = await openContainerStore({ dir: folder.path });
  const { id } = await store.create({ bigData: [{ key: "k", data: "precious" }] });
  await store.create({ volatile: true, bigData: [{ key: "k", data: "x" }] });
  await rm(path.join(folder.path, "containers.json"));
  await using again = await openContainerStore({ dir: folder.path });
  expect((await again.check()).map(({ code }) => code)).toContain("CHECK_FILE_MISSING");
  await expect(again.gc()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
  expect(await readFile(path.join(folder.path, id, "k"), "utf8")).toBe("precious");
});
