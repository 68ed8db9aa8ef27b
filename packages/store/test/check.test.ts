import { createHash } from "node:crypto";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { chmod, mkdir, rename, rm, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { treeListing } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import type { CheckProgress, Finding } from "../src/index.ts";
import { A, B, C, list, type Patient, record, withPatient } from "./support/health.ts";

const HOUR = 3_600_000;
const digest = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** A store with two containers, one stable and one volatile, each with an item. */
async function withStore(test: (patient: Patient) => Promise<void>): Promise<void> {
  await withPatient(async (patient) => {
    {
      await using store = await patient.open();
      await store.create({
        id: A,
        names: ["web"],
        layer: "layer-a",
        bigData: [
          { key: "config.json", data: "first" },
          { key: "My Data", data: "second" },
        ],
      });
      await store.create({ id: B, names: ["db"], volatile: true, bigData: [{ key: "k", data: "third" }] });
    }
    expect(await patient.check()).toEqual([]);
    await test(patient);
  });
}

/** Nothing of a check may change anything. */
async function checked(patient: Patient): Promise<readonly Finding[]> {
  const before = await treeListing(patient.dir);
  const findings = await patient.check();
  expect(await treeListing(patient.dir)).toEqual(before);
  return findings;
}

async function only(patient: Patient): Promise<Finding> {
  const findings = await checked(patient);
  expect(findings.map(({ code }) => code)).toHaveLength(1);
  return findings[0]!;
}

describe("check of files of records", () => {
  it("tells where a file cannot be read, and what is left of it", () =>
    withStore(async (patient) => {
      await patient.write(list(record(A), `{"id":"${B}","names":7}`, record(C)), "containers.json");
      const [found] = await checked(patient);
      expect(found).toMatchObject({
        code: "CHECK_FILE_UNREADABLE",
        severity: "damage",
        repair: "safe",
        path: patient.at("containers.json"),
        record: 2,
        offset: 1 + record(A).length + 1 + `{"id":"${B}","names":`.length,
      });
      expect(found?.message).toContain("2 complete records");
    }));

  it.each([
    ["nothing that is a record", "\0".repeat(100)],
    ["a cut-off first record", `[{"id":"${A}"`],
  ])("tells a file with %s from one that can be salvaged", (_, content) =>
    withStore(async (patient) => {
      await patient.write(content, "containers.json");
      expect(await patient.codes()).toContain("CHECK_FILE_LOST");
    }),
  );

  it("finds a stable file without a byte, but takes a volatile one for what a crash leaves", () =>
    withStore(async (patient) => {
      await patient.write("", "volatile-containers.json");
      expect(await patient.codes()).toEqual(["CHECK_FOLDER_ORPHANED"]);
      await patient.write("", "containers.json");
      const [found] = await checked(patient);
      expect(found).toMatchObject({ code: "CHECK_FILE_LOST", severity: "damage", offset: 0 });
      // Which folders are orphaned cannot be known any more.
      expect(await patient.codes()).toEqual(["CHECK_FILE_LOST"]);
    }));

  it("finds that all files of records are gone", () =>
    withStore(async (patient) => {
      await rm(patient.at("containers.json"));
      await rm(patient.at("volatile-containers.json"));
      expect(await only(patient)).toMatchObject({ code: "CHECK_FILE_MISSING", severity: "error" });
    }));

  it("finds ids and names that come twice, in one file and across both", () =>
    withPatient(async (patient) => {
      await (await patient.open()).close();
      await patient.write(
        list(
          record(A, { names: ["one", "two"] }),
          record(B, { names: ["two"] }),
          record(A, { names: ["three"] }),
        ),
        "containers.json",
      );
      await patient.write(list(record(C, { names: ["one"] })), "volatile-containers.json");
      await patient.write(token(Date.now()), "containers.lock");
      await chmod(patient.at("containers.lock"), 0o644);
      const place = { path: patient.at("containers.json"), id: A };
      expect(await checked(patient)).toMatchObject([
        { code: "CHECK_DUPLICATE_NAME", ...place, record: 1, name: "two" },
        { code: "CHECK_DUPLICATE_ID", ...place, record: 3 },
        { code: "CHECK_NAME_ACROSS_FILES", ...place, record: 1, name: "one" },
      ]);
    }));

  it("finds layers that are shared, and ids and keys that are no file names", () =>
    withStore(async (patient) => {
      const own = await patient.read("containers.json");
      const others = [
        record("../victim", { layer: "layer-a" }),
        record(C, { "big-data-names": ["..", "x".repeat(300)] }),
      ];
      await patient.write(`${own.slice(0, -1)},${others.join(",")}]`, "containers.json");
      expect(await checked(patient)).toMatchObject([
        { code: "CHECK_DUPLICATE_LAYER", severity: "warning", id: "../victim", record: 2 },
        { code: "CHECK_ID_NO_FILE_NAME", severity: "error", id: "../victim", record: 2 },
        { code: "CHECK_KEY_NO_FILE_NAME", severity: "error", id: C, key: "..", record: 3 },
        { code: "CHECK_KEY_NO_FILE_NAME", severity: "error", id: C, key: "x".repeat(300), record: 3 },
      ]);
    }));

  it("does not follow a link in the place of a file, nor wait at a pipe", () =>
    withStore(async (patient) => {
      const elsewhere = path.join(patient.dir, "..", "elsewhere.json");
      await rename(patient.at("containers.json"), elsewhere);
      await symlink(elsewhere, patient.at("containers.json"));
      expect((await checked(patient))[0]).toMatchObject({
        code: "CHECK_LINK",
        path: patient.at("containers.json"),
      });
      await rm(patient.at("volatile-containers.json"));
      await once(spawn("mkfifo", [patient.at("volatile-containers.json")]), "exit");
      expect(await patient.codes()).toEqual(["CHECK_LINK", "CHECK_WRONG_KIND"]);
    }));
});

describe("check of big data", () => {
  it.each([
    ["missing", "CHECK_BIG_DATA_MISSING", (file: string) => rm(file)],
    ["resized", "CHECK_BIG_DATA_RESIZED", (file: string) => truncate(file, 3)],
    ["altered", "CHECK_BIG_DATA_ALTERED", (file: string) => writeFile(file, "drift")],
    ["a folder", "CHECK_WRONG_KIND", (file: string) => rm(file).then(() => mkdir(file, { mode: 0o700 }))],
    ["a link", "CHECK_LINK", (file: string) => rm(file).then(() => symlink("/etc/passwd", file))],
    ["open to others", "CHECK_MODE_WRONG", (file: string) => chmod(file, 0o644)],
  ] as const)("finds an item that is %s", (_, code, spoil) =>
    withStore(async (patient) => {
      await spoil(patient.at(A, "config.json"));
      expect(await only(patient)).toMatchObject({
        code,
        id: A,
        key: "config.json",
        path: patient.at(A, "config.json"),
      });
    }),
  );

  it("compares only sizes when asked to", () =>
    withStore(async (patient) => {
      await patient.write("drift", A, "config.json");
      await patient.write("longer", B, "k");
      await using store = await patient.open();
      expect((await store.check({ data: false })).map(({ code }) => code)).toEqual([
        "CHECK_BIG_DATA_RESIZED",
      ]);
      expect((await store.check()).map(({ code }) => code)).toEqual([
        "CHECK_BIG_DATA_ALTERED",
        "CHECK_BIG_DATA_RESIZED",
      ]);
    }));

  it("finds a size or a digest that is not recorded", () =>
    withStore(async (patient) => {
      await patient.write(
        list(
          record(A, {
            "big-data-names": ["config.json", "My Data"],
            "big-data-sizes": { "config.json": 5 },
            "big-data-digests": { "My Data": digest("second") },
          }),
        ),
        "containers.json",
      );
      expect(await checked(patient)).toMatchObject([
        { code: "CHECK_BIG_DATA_UNMEASURED", severity: "warning", id: A, key: "config.json" },
        { code: "CHECK_BIG_DATA_UNMEASURED", severity: "warning", id: A, key: "My Data" },
      ]);
    }));

  it("does not follow a link in the place of a container's folder", () =>
    withStore(async (patient) => {
      const elsewhere = path.join(patient.dir, "..", "elsewhere");
      await rename(patient.at(A), elsewhere);
      await symlink(elsewhere, patient.at(A));
      const findings = await checked(patient);
      expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(["CHECK_LINK"]));
      expect(findings[0]).toMatchObject({ path: patient.at(A), id: A });
    }));
});

describe("check of folders", () => {
  it("finds folders that belong to nobody, and what deletions and writes left", () =>
    withStore(async (patient) => {
      await mkdir(patient.at(C), { mode: 0o700 });
      await mkdir(patient.at(".stowage-removed-1234"), { mode: 0o700 });
      await patient.write("x", ".tmp-containers.json123456");
      await patient.write("x", "volatile-containers.json.3141592");
      await patient.write("x", A, ".tmp-config.json99");
      await patient.write("x", A, "config.json.2718281");
      // None of these is anybody's business here.
      await mkdir(patient.at("other"), { mode: 0o755 });
      await patient.write("x", A, "config.json.bak");
      await patient.write("x", "notes.txt");
      const findings = await checked(patient);
      expect(
        new Set(
          findings.map(({ code, path: place }) => `${code} ${path.relative(patient.dir, place ?? "")}`),
        ),
      ).toEqual(
        new Set([
          `CHECK_FOLDER_ORPHANED ${C}`,
          "CHECK_FOLDER_SET_ASIDE .stowage-removed-1234",
          "CHECK_FILE_TEMPORARY .tmp-containers.json123456",
          "CHECK_FILE_TEMPORARY volatile-containers.json.3141592",
          `CHECK_FILE_TEMPORARY ${A}/.tmp-config.json99`,
          `CHECK_FILE_TEMPORARY ${A}/config.json.2718281`,
        ]),
      );
      expect(findings.every(({ severity, repair }) => severity === "warning" && repair === "gc")).toBe(true);
    }));

  it("takes a big data item on its way in for a leftover only after an hour", () =>
    withStore(async (patient) => {
      const name = `.tmp-${"0123456789abcdef"}`;
      await patient.write("x", name);
      expect(await patient.codes()).toEqual([]);
      const before = new Date(Date.now() - 2 * HOUR);
      await utimes(patient.at(name), before, before);
      expect(await patient.codes()).toEqual(["CHECK_FILE_TEMPORARY"]);
    }));

  it("lets keys be named like temporary files", () =>
    withStore(async (patient) => {
      await using store = await patient.open();
      await store.setBigData(A, "config.json.12345", "a key like any other");
      expect(await store.check()).toEqual([]);
    }));

  it.each([
    ["the store's folder", [], 0o755],
    ["containers.json", ["containers.json"], 0o640],
    ["the volatile file", ["volatile-containers.json"], 0o604],
    ["the lock file", ["containers.lock"], 0o666],
    ["a container's folder", [A], 0o701],
  ])("finds a wrong mode of %s", (_, names, mode) =>
    withStore(async (patient) => {
      await chmod(patient.at(...names), mode);
      expect(await only(patient)).toMatchObject({
        code: "CHECK_MODE_WRONG",
        severity: "warning",
        path: patient.at(...names),
      });
    }),
  );

  it("does not mind what a umask took from others", () =>
    withStore(async (patient) => {
      await chmod(patient.at("containers.lock"), 0o600);
      expect(await patient.codes()).toEqual([]);
    }));

  it("finds a link that is named like a container's folder", () =>
    withStore(async (patient) => {
      await symlink("/etc", patient.at(C));
      expect(await only(patient)).toMatchObject({ code: "CHECK_LINK", path: patient.at(C) });
    }));

  it("finds files of the other mode, and does not take its containers' folders for orphaned", () =>
    withStore(async (patient) => {
      await mkdir(patient.runDir, { mode: 0o700 });
      {
        await using store = await patient.open({ transient: true, runDir: patient.runDir });
        await store.create({ id: C, volatile: true, bigData: [{ key: "k", data: "v" }] });
      }
      const places = async (transient: boolean): Promise<string[]> => {
        const findings = await patient.check({ transient, runDir: patient.runDir });
        return findings.map(({ code, path: place }) => `${code} ${place}`);
      };
      expect(await places(false)).toEqual([
        `CHECK_OTHER_MODE_FILE ${path.join(patient.runDir, "volatile-containers.json")}`,
        `CHECK_OTHER_MODE_FILE ${path.join(patient.runDir, "containers.lock")}`,
      ]);
      expect(await places(true)).toEqual([
        `CHECK_OTHER_MODE_FILE ${patient.at("volatile-containers.json")}`,
        `CHECK_OTHER_MODE_FILE ${patient.at("containers.lock")}`,
      ]);
    }));
});

describe("check of the token", () => {
  it.each([
    ["none, though there are records", "CHECK_TOKEN_MISSING", Buffer.alloc(0)],
    ["a short one", "CHECK_TOKEN_LENGTH", Buffer.alloc(20, 1)],
    ["a long one", "CHECK_TOKEN_LENGTH", Buffer.alloc(80, 1)],
    ["one of next year", "CHECK_TOKEN_FUTURE", token(Date.now() + 365 * 24 * HOUR)],
  ])("finds %s", (_, code, bytes) =>
    withStore(async (patient) => {
      await writeFile(patient.at("containers.lock"), bytes);
      expect(await only(patient)).toMatchObject({
        code,
        severity: "warning",
        path: patient.at("containers.lock"),
      });
    }),
  );

  it("knows the hexadecimal digits of old releases", () =>
    withStore(async (patient) => {
      await writeFile(patient.at("containers.lock"), "0123456789abcdef".repeat(4));
      expect(await patient.codes()).toEqual([]);
    }));
});

describe("check and others", () => {
  it("never takes the write lock: it goes on beside a reader, also over names that a writer would mend", () =>
    withStore(async (patient) => {
      const own = await patient.read("containers.json");
      await patient.write(`${own.slice(0, -1)},${record(C, { names: ["web"] })}]`, "containers.json");
      await using lock = await openLockFile(patient.at("containers.lock"));
      await using _reader = await lock.lockForReading();
      const findings = await patient.check({ lockTimeout: 0 });
      expect(findings.map(({ code }) => code)).toEqual(["CHECK_DUPLICATE_NAME"]);
      expect(JSON.parse(await patient.read("containers.json"))).toHaveLength(2);
    }));

  it("works on a store that was opened read-only", () =>
    withStore(async (patient) => {
      await patient.write("drift", A, "config.json");
      expect(await patient.codes({ readOnly: true })).toEqual(["CHECK_BIG_DATA_ALTERED"]);
    }));

  it("tells how far it is, and ends when it is told to", () =>
    withPatient(async (patient) => {
      const ids = Array.from({ length: 3_000 }, (_, n) => n.toString(16).padStart(64, "0"));
      await (await patient.open()).close();
      await patient.write(list(...ids.map((id) => record(id))), "containers.json");
      await using store = await patient.open();
      const told: CheckProgress[] = [];
      await store.check({ onProgress: (progress) => told.push(progress) });
      const size = (await stat(patient.at("containers.json"))).size;
      expect(told).toContainEqual({ done: size, total: size, what: "bytes" });
      expect(told.at(-1)).toEqual({ done: 3_000, total: 3_000, what: "containers" });
      const controller = new AbortController();
      const reason = new Error("enough");
      const ended = store.check({ signal: controller.signal, onProgress: () => controller.abort(reason) });
      await expect(ended).rejects.toBe(reason);
      expect(await store.exists(ids[0]!)).toBe(true);
    }));

  it("finds nothing in a store that others are changing all the while", () =>
    withStore(async (patient) => {
      await using writer = await patient.open();
      await using checker = await patient.open();
      let isOver = false;
      const write = async (): Promise<void> => {
        for (let n = 0; !isOver; n += 1) {
          await writer.setBigData(A, "config.json", `content ${n}`);
          const { id } = await writer.create({ bigData: [{ key: "k", data: `${n}` }] });
          await writer.setNames(A, [`web-${n}`]);
          await writer.delete(id);
        }
      };
      const writing = write();
      for (let n = 0; n < 25; n += 1) {
        const findings = await checker.check();
        // A folder that a deletion sets aside is there until it is removed, and nobody can tell why.
        expect(findings.filter(({ code }) => code !== "CHECK_FOLDER_SET_ASIDE")).toEqual([]);
      }
      isOver = true;
      await writing;
    }));

  it("refuses everything else with the damage, while the store is open", () =>
    withStore(async (patient) => {
      await patient.write(`${await patient.read("containers.json")}x`, "containers.json");
      await using store = await patient.open();
      await expect(store.list()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      await expect(store.create({})).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      await expect(store.gc()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      await expect(patient.open({ acceptDamage: false })).rejects.toMatchObject({
        code: "ERR_STORE_DAMAGED",
      });
    }));
});

function token(time: number): Buffer {
  const bytes = Buffer.alloc(64, 7);
  bytes.writeBigUInt64LE(BigInt(time) * 1_000_000n);
  return bytes;
}
