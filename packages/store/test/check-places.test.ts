import { createHash } from "node:crypto";
import { chmod, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { A, B, C, list, record } from "./support/health.ts";
import { checked, only, withStore } from "./support/check-store.ts";

const HOUR = 3_600_000;
const digest = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

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
      await mkdir(patient.at("other"), { mode: 0o755 });
      // None of these is anybody's business here.
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
          "CHECK_FOLDER_UNKNOWN other",
          "CHECK_FOLDER_SET_ASIDE .stowage-removed-1234",
          "CHECK_FILE_TEMPORARY .tmp-containers.json123456",
          "CHECK_FILE_TEMPORARY volatile-containers.json.3141592",
          `CHECK_FILE_TEMPORARY ${A}/.tmp-config.json99`,
          `CHECK_FILE_TEMPORARY ${A}/config.json.2718281`,
        ]),
      );
      const byHand = findings.filter(({ repair }) => repair !== "gc").map(({ code }) => code);
      expect(byHand).toEqual(["CHECK_FOLDER_UNKNOWN"]);
      expect(findings.every(({ severity }) => severity === "warning")).toBe(true);
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

  it.each([
    ["a link", "CHECK_LINK", (file: string) => symlink("/etc/passwd", file)],
    ["a folder", "CHECK_WRONG_KIND", (file: string) => mkdir(file)],
  ] as const)("finds %s in the place of the journal", (_, code, make) =>
    withStore(async (patient) => {
      const file = patient.at(".stowage-commit.json");
      await make(file);
      expect(await only(patient)).toMatchObject({ code, path: file });
    }),
  );

  it.each([
    ["a container's folder", C],
    ["anything that could be an id", "mine"],
  ])("finds a link that is named like %s", (_, name) =>
    withStore(async (patient) => {
      await symlink("/etc", patient.at(name));
      expect(await only(patient)).toMatchObject({ code: "CHECK_LINK", path: patient.at(name) });
    }),
  );

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

  const things: [string, (place: string) => Promise<unknown>][] = [
    ["a pipe", (place) => runProcess("mkfifo", [place])],
    ["a file", (place) => writeFile(place, "")],
    ["a link to a file", (place) => symlink("/dev/null", place)],
  ];

  it.each(things)("says why gc refuses where the run folder is %s", (_, put) =>
    withStore(async (patient) => {
      await put(patient.runDir);
      const { runDir } = patient;
      expect(await patient.check({ runDir })).toMatchObject([{ code: "CHECK_WRONG_KIND", path: runDir }]);
      await using store = await patient.open({ runDir });
      await expect(store.gc()).rejects.toMatchObject({
        code: "ERR_STORE_OTHER_MODE",
        message: expect.stringContaining("cannot be read") as string,
      });
      await rm(runDir);
      expect(await patient.codes({ runDir })).toEqual([]);
      expect((await store.gc()).removed).toEqual([]);
    }),
  );
});
