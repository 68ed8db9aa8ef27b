import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { runProcess } from "@stowage/test-kit";
import type { RunResult } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { bench, programFile } from "./support/program.ts";
import { holdLock } from "./support/hold-lock.ts";

/** One line, and nothing else. */
const oneLine = /^stowage: [^\n]+\n$/;

it.skipIf(process.platform !== "linux")("a store that no folder can be made for is exit code 1", async () => {
  await using place = await bench();
  // A folder that is there, takes none, and says that nothing is there.
  const result = await place.run("create", "--dir", "/proc/stowage/store");
  expect([result.code, result.stdout]).toEqual([1, ""]);
  expect(result.stderr).toMatch(/^stowage: .*no such file or directory.*\/proc\/stowage/);
});

describe("help and version are exit code 0", () => {
  it("for -v, as for --version", async () => {
    await using place = await bench();
    expect(await place.done("-v")).toBe(await place.done("--version"));
  });

  it("for the program and every command, with examples", async () => {
    await using place = await bench();
    const help = await place.done("--help");
    expect(help).toMatch(/Examples:\n {2}\$ stowage create/);
    expect(await place.done("help")).toBe(help);
    const commands = [
      "create",
      "ls",
      "inspect",
      "rm",
      "exists",
      "check",
      "gc",
      "wipe",
      "batch",
      "data get",
      "flag set",
    ];
    for (const command of commands) {
      const own = await place.done(...command.split(" "), "--help");
      expect(own).toMatch(/\nExamples:\n {2}\$ .*stowage/);
      expect(await place.done("help", ...command.split(" "))).toBe(own);
    }
    expect(await place.done("--version")).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  }, 300_000);
});

describe("a damaged store is exit code 3", () => {
  it("for every command, names path, record and byte, and is left as it is", async () => {
    await using place = await bench();
    mkdirSync(place.dir, { mode: 0o700 });
    const file = path.join(place.dir, "containers.json");
    const broken = '[{"id":"a","image":"","layer":"","created":"2026-01-01T00:00:00Z"},{"id":';
    writeFileSync(file, broken, { mode: 0o600 });
    for (const args of [
      ["ls"],
      ["inspect", "a"],
      ["create"],
      ["rm", "a"],
      ["exists", "a"],
      ["wipe", "--yes"],
      ["gc"],
    ]) {
      const result = await place.run(...args);
      expect(result).toMatchObject({ code: 3, stdout: "" });
      expect(result.stderr).toMatch(oneLine);
      expect(result.stderr).toMatch(/containers\.json.*record 2.*`stowage check`/);
    }
    const json = await place.run("ls", "--json");
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: "ERR_STORE_DAMAGED", path: file, record: 2, offset: expect.any(Number) as number },
    });
    const check = await place.run("check", "--json");
    expect(check).toMatchObject({ code: 3, stderr: "" });
    const { findings } = JSON.parse(check.stdout) as { findings: readonly unknown[] };
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "CHECK_FILE_UNREADABLE", severity: "damage", path: file, record: 2 }),
    );
    expect(readFileSync(file, "utf8")).toBe(broken);
  });

  it("and one that only lost data is 1 for check", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    await place.runWith({ input: "abc" }, "data", "set", "one", "k");
    writeFileSync(path.join(place.dir, "one", "k"), "abcd");
    const check = await place.run("check");
    expect(check.code).toBe(1);
    expect(check.stdout).toMatch(/^error CHECK_BIG_DATA_RESIZED: .*\n {4}.*\n$/);
  });
});

describe("a lock that is not to be had is exit code 4", () => {
  it("and the holder is named", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    await using holder = await holdLock(place.dir);
    const result = await place.run("ls", "--lock-timeout", "100");
    expect(result).toMatchObject({ code: 4, stdout: "" });
    expect(result.stderr).toMatch(oneLine);
    expect(result.stderr).toContain(`pid ${holder.pid}`);
    const json = await place.run("rm", "one", "--lock-timeout", "0", "--json");
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: "ERR_LOCK_TIMEOUT", holders: [{ pid: holder.pid, mode: "write" }] },
    });
  });

  it("and without a limit it is said who is waited for", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const holder = await holdLock(place.dir);
    const waiting = await place.start("ls", "-q", "--no-trunc");
    // With -q nothing is said; so once more without.
    const wondering = await place.start("ls", "--no-trunc");
    const told = await new Promise<string>((resolve) =>
      wondering.stderr.once("data", (chunk: Buffer) => resolve(chunk.toString())),
    );
    expect(told).toMatch(oneLine);
    expect(told).toContain(`pid ${holder.pid}`);
    expect(told).toContain("--lock-timeout");
    const ends = [waiting, wondering].map((child) => once(child, "close"));
    await holder[Symbol.asyncDispose]();
    expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual([0, 0]);
    expect(waiting.stderr.read()).toBeNull();
  });

  it("while one that is let go in time is waited for", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const holder = await holdLock(place.dir);
    const waiting = place.run("ls", "-q");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await holder[Symbol.asyncDispose]();
    expect(await waiting).toMatchObject({ code: 0, stdout: "one\n" });
  });
});

describe("protocols, places and permissions", () => {
  it("keeps a store to its lock protocol", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--lock", "portable");
    expect(await place.done("ls", "-q")).toBe("one\n");
    const refused = await place.run("ls", "--lock", "kernel");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/--lock/);
  });

  it("keeps a transient store's volatile records in the run folder", async () => {
    await using place = await bench();
    const transient = ["--transient", "--run-dir", path.join(place.folder, "run")];
    await place.done(...transient, "create", "--id", "one", "--volatile");
    expect(await place.done("ls", "-q", ...transient)).toBe("one\n");
    expect(existsSync(path.join(place.folder, "run", "volatile-containers.json"))).toBe(true);
    expect(await place.done("ls", "-q")).toBe("");
  });

  it("finds the only driver of a graph root, and lists several", async () => {
    await using place = await bench();
    const root = path.join(place.folder, "root");
    await place.done("--graph-root", root, "--driver", "vfs", "create", "--id", "one");
    expect(existsSync(path.join(root, "vfs-containers", "containers.json"))).toBe(true);
    expect(await place.done("--graph-root", root, "ls", "-q")).toBe("one\n");
    await place.done("--graph-root", root, "--driver", "overlay", "create", "--id", "two");
    const several = await place.run("--graph-root", root, "ls");
    expect(several.code).toBe(2);
    expect(several.stderr).toMatch(/overlay, vfs/);
  });

  it("changes nothing with --read-only", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    for (const args of [["rm", "one"], ["create"], ["name", "add", "one", "x"], ["wipe", "--yes"]]) {
      const result = await place.run("--read-only", ...args, "--json");
      expect(result.code).toBe(1);
      expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: "ERR_STORE_READ_ONLY" } });
    }
    expect(await place.done("ls", "-q", "--read-only")).toBe("one\n");
    expect(await place.run("rm", "one", "--dir", "elsewhere", "--json")).toMatchObject({ code: 1 });
    expect(existsSync(path.join(place.folder, "elsewhere"))).toBe(false);
  });

  it("lets another user look as far as he may read, and change nothing", async (context) => {
    if (process.getuid?.() !== 0) return context.skip("only root can become somebody else");
    await using place = await bench();
    await place.done("create", "--id", "one");
    const program = await programFile;
    const asNobody = (...args: string[]): Promise<RunResult> => {
      const uid = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
      const command = [...uid, process.execPath, program, "--dir", place.dir, ...args];
      return runProcess("setpriv", command, { cwd: "/" });
    };
    chmodSync(place.folder, 0o755);
    if ((await asNobody("--version")).code !== 0) return context.skip("others cannot reach the program");

    const refused = await asNobody("ls");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(oneLine);

    chmodSync(place.dir, 0o755);
    for (const file of ["containers.json", "containers.lock"]) chmodSync(path.join(place.dir, file), 0o644);
    expect(await asNobody("ls", "-q")).toMatchObject({ code: 0, stdout: "one\n" });
    expect(await asNobody("exists", "one")).toMatchObject({ code: 0 });
    const change = await asNobody("rm", "one");
    expect(change).toMatchObject({ code: 1, stdout: "" });
    expect(change.stderr).toMatch(oneLine);
    expect(await place.done("ls", "-q")).toBe("one\n");
  });
});
