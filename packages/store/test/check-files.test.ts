import { once } from "node:events";
import { spawn } from "node:child_process";
import { chmod, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { A, B, C, list, record, withPatient } from "./support/health.ts";
import { checked, only, token, withStore } from "./support/check-store.ts";

const HOUR = 3_600_000;

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

  it("knows a container's folder also by an id that is no 64 digits", () =>
    withPatient(async (patient) => {
      {
        await using store = await patient.open();
        await store.create({ id: "mine", bigData: [{ key: "k", data: "v" }] });
      }
      await rm(patient.at("containers.json"));
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
        record(C, { "big-data-names": ["..", "x".repeat(300), "???".repeat(1400)] }),
      ];
      await patient.write(`${own.slice(0, -1)},${others.join(",")}]`, "containers.json");
      expect(await checked(patient)).toMatchObject([
        { code: "CHECK_DUPLICATE_LAYER", severity: "warning", id: "../victim", record: 2 },
        { code: "CHECK_ID_NO_FILE_NAME", severity: "error", id: "../victim", record: 2 },
        { code: "CHECK_KEY_NO_FILE_NAME", severity: "error", id: C, key: "..", record: 3 },
        { code: "CHECK_KEY_NO_FILE_NAME", severity: "error", id: C, key: "x".repeat(300), record: 3 },
        { code: "CHECK_KEY_NO_FILE_NAME", severity: "error", id: C, key: "???".repeat(1400), record: 3 },
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

describe("check of the token", () => {
  it.each([
    ["none, though there are records", "CHECK_TOKEN_MISSING", Buffer.alloc(0)],
    ["a short one", "CHECK_TOKEN_LENGTH", Buffer.alloc(20, 1)],
    ["a long one", "CHECK_TOKEN_LENGTH", Buffer.alloc(80, 1)],
    ["zeros", "CHECK_TOKEN_INVALID", Buffer.alloc(64)],
    ["one of 1970", "CHECK_TOKEN_INVALID", token(1000)],
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

  it("finds that a file was changed by somebody who writes no token", () =>
    withStore(async (patient) => {
      const seconds = (await stat(patient.at("containers.lock"))).mtimeMs / 1000;
      await utimes(patient.at("containers.json"), seconds + 50, seconds + 50);
      expect(await patient.codes()).toEqual([]);
      await utimes(patient.at("containers.json"), seconds + 70, seconds + 70);
      expect(await only(patient)).toMatchObject({
        code: "CHECK_TOKEN_STALE",
        severity: "warning",
        path: patient.at("containers.lock"),
      });
    }));

  it("knows the hexadecimal digits of old releases", () =>
    withStore(async (patient) => {
      await writeFile(patient.at("containers.lock"), "0123456789abcdef".repeat(4));
      expect(await patient.codes()).toEqual([]);
    }));
});
