import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { symlink, unlink } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { temporaryFolder } from "@stowage/test-kit";
import { LastWrite, openLockFile, type LockFile } from "../src/index.ts";
import { describe, expect, it } from "vitest";
import { Locker } from "./child-process.ts";
import { takeLease } from "../src/protocols/leases.ts";
import { SpareFolders } from "../src/protocols/spare-folders.ts";

const options = { protocol: "portable", stale: 2_000 } as const;
const enough = 20_000;

interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly file: LockFile;
  readonly other: Locker;
}

async function scene(): Promise<Scene> {
  const folder = await temporaryFolder();
  const lockFile = path.join(folder.path, "x.lock");
  const file = await openLockFile(lockFile, options);
  const other = await Locker.start(lockFile, options);
  return {
    folder: folder.path,
    file,
    other,
    async [Symbol.asyncDispose]() {
      await other.kill();
      await file.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe.concurrent("portable: a holder that stalls", () => {
  it("loses the lock when it is stopped, and its late rename finds nothing", async () => {
    await using stage = await scene();
    const { file, folder, other } = stage;
    await other.call("lock", "write");
    const staging = await other.call<string>("stagingFolder");
    writeFileSync(path.join(staging, "late"), "late");
    other.signal("SIGSTOP");
    const held = await file.lockForWriting({ timeout: enough });
    expect(existsSync(staging)).toBe(false);
    const token = held.recordWrite();
    other.signal("SIGCONT");
    const target = path.join(folder, "target");
    await expect(other.call("renameFromStaging", "late", target)).rejects.toMatchObject({ code: "ENOENT" });
    expect(existsSync(target)).toBe(false);
    for (const method of ["assertHeld", "recordWrite"]) {
      await expect(other.call(method)).rejects.toMatchObject({ code: "ERR_LOCK_COMPROMISED" });
    }
    // Its release touches nothing of the one who has the lock now.
    await other.call("release");
    held.assertHeld();
    expect(held.lastWrite().equals(token)).toBe(true);
    expect(await other.call("tryLock", "read")).toBe(false);
    await held.release();
    await other.call("lock", "write", enough);
    await other.call("assertHeld");
  });

  it.each([0, 1, 2, 3, 4, 5])(
    "loses nothing that was acknowledged when it stops before step %i of a save",
    async (step) => {
      await using stage = await scene();
      const { file, folder, other } = stage;
      const list = path.join(folder, "list");
      writeFileSync(list, "");
      const acknowledged: string[] = [];
      await other.call("lock", "write");
      const theirs = other.call("append", list, "theirs", step).then(
        () => acknowledged.push("theirs"),
        () => undefined,
      );
      {
        await using held = await file.lockForWriting({ timeout: enough });
        const prepared = path.join(held.stagingFolder ?? "", "list.new");
        // While the late one wakes up and goes on, wherever it was.
        const before = readFileSync(list, "utf8");
        other.signal("SIGCONT");
        await theirs;
        held.recordWrite();
        writeFileSync(prepared, `${before}ours\n`);
        renameSync(prepared, list);
        acknowledged.push("ours");
      }
      const lines = readFileSync(list, "utf8").split("\n");
      expect(lines).toEqual(expect.arrayContaining(acknowledged));
      expect(acknowledged).toContain("ours");
      expect(acknowledged.includes("theirs")).toBe(step === 5);
    },
  );

  it("loses a read lock in the same way", async () => {
    await using stage = await scene();
    const { file, other } = stage;
    await other.call("lock", "read");
    other.signal("SIGSTOP");
    const held = await file.lockForWriting({ timeout: enough });
    held.recordWrite();
    other.signal("SIGCONT");
    // Not even the token is read: it would be the new one, with the old files.
    await expect(other.call("lastWrite")).rejects.toMatchObject({ code: "ERR_LOCK_COMPROMISED" });
    await expect(other.call("assertHeld")).rejects.toMatchObject({ code: "ERR_LOCK_COMPROMISED" });
    await other.call("release");
    held.assertHeld();
    await held.release();
  });

  it("loses it when its event loop is blocked, and aborts the signal of the lock", async () => {
    await using stage = await scene();
    const { file, other } = stage;
    await other.call("lock", "write");
    const blocked = other.call("block", 5_000);
    await using held = await file.lockForWriting({ timeout: enough });
    await blocked;
    await expect(other.call("assertHeld")).rejects.toMatchObject({ code: "ERR_LOCK_COMPROMISED" });
    expect(await other.call("signalReason")).toBe("ERR_LOCK_COMPROMISED");
    await other.call("release");
    held.assertHeld();
  });

  it("keeps it when nobody wanted it in the meantime", async () => {
    await using stage = await scene();
    const { other } = stage;
    await other.call("lock", "write");
    await other.call("block", 2_500);
    await sleep(1_500);
    await other.call("assertHeld");
    await other.call("recordWrite");
    await other.call("release");
  });

  it("tells the holder by itself, within the time of a heartbeat", async () => {
    await using stage = await scene();
    const { file, folder } = stage;
    const held = await file.lockForWriting();
    const lost = new Promise((resolve) => held.signal.addEventListener("abort", resolve, { once: true }));
    const gate = path.join(folder, "x.lock.portable", "gate");
    const owner = readdirSync(gate)[0] ?? "";
    // What another process does that takes over.
    await unlink(path.join(gate, owner));
    await lost;
    expect(() => held.recordWrite()).toThrow(expect.objectContaining({ code: "ERR_LOCK_COMPROMISED" }));
    await held.release();
    await (await file.lockForWriting({ timeout: enough })).release();
  });

  it("holds for as long as it is alive, longer than the stale time", async () => {
    await using stage = await scene();
    const { file, other } = stage;
    await other.call("lock", "write");
    const error = await file.lockForReading({ timeout: 5_000 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ERR_LOCK_TIMEOUT", holders: [{ pid: other.pid }] });
    await other.call("assertHeld");
  });
});

describe("portable: a lock that was lost", () => {
  it("lets nobody in beside those who have lost it", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using file = await openLockFile(lockFile, options);
    const lost = await file.lockForReading();
    const readers = path.join(`${lockFile}.portable`, "readers");
    const [registration = ""] = readdirSync(readers);
    // What another process does that takes over.
    for (const owner of readdirSync(path.join(readers, registration)))
      await unlink(path.join(readers, registration, owner));
    expect(() => lost.assertHeld()).toThrow(expect.objectContaining({ code: "ERR_LOCK_COMPROMISED" }));
    const next = file.lockForReading({ timeout: enough });
    expect(await Promise.race([next, sleep(50)])).toBeUndefined();
    await lost.release();
    await using held = await next;
    held.assertHeld();
  });

  it("is told to a writer whose lease was taken away, though the gate is still its own", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using file = await openLockFile(lockFile, options);
    const held = await file.lockForWriting();
    // What somebody does who lost the gate to us while it looked for other leases.
    await takeLease(`${lockFile}.portable`, new SpareFolders(`${lockFile}.portable`));
    expect(() => held.recordWrite()).toThrow(expect.objectContaining({ code: "ERR_LOCK_COMPROMISED" }));
    await held.release();
    await using next = await file.lockForWriting({ timeout: enough });
    next.recordWrite();
  });
});

describe("portable: leases", () => {
  it("leaves at most one lease, however many take one at once", async () => {
    await using folder = await temporaryFolder();
    for (let round = 0; round < 30; round += 1) {
      const taken = await Promise.all(
        Array.from({ length: 4 }, () =>
          takeLease(folder.path, new SpareFolders(folder.path)).catch(() => ""),
        ),
      );
      expect(taken.filter((lease) => lease !== "" && existsSync(lease)).length).toBeLessThanOrEqual(1);
    }
  });

  it("removes what others left, whatever it is, and follows no links", async () => {
    await using folder = await temporaryFolder();
    const leases = path.join(folder.path, "leases");
    const precious = path.join(folder.path, "precious");
    mkdirSync(path.join(leases, "a", "b", "c"), { recursive: true });
    mkdirSync(precious);
    writeFileSync(path.join(precious, "file"), "");
    writeFileSync(path.join(leases, "a", "file"), "");
    writeFileSync(path.join(leases, "no-folder"), "");
    await symlink(precious, path.join(leases, "link"));
    await symlink(precious, path.join(leases, "a", "link"));
    const lease = await takeLease(folder.path, new SpareFolders(folder.path));
    expect(readdirSync(leases)).toEqual([path.basename(lease)]);
    expect(readdirSync(path.join(folder.path, "trash"))).toEqual([]);
    expect(readdirSync(precious)).toEqual(["file"]);
  });

  it("are removed at the release, with what is in them", async () => {
    await using folder = await temporaryFolder();
    await using file = await openLockFile(path.join(folder.path, "x.lock"), options);
    const held = await file.lockForWriting();
    const staging = held.stagingFolder ?? "";
    writeFileSync(path.join(staging, "left"), "");
    await held.release();
    expect(existsSync(staging)).toBe(false);
    await using reading = await file.lockForReading();
    expect(reading).not.toHaveProperty("recordWrite");
  });
});

/** Puts one file after the other into a folder of an hour ago, for as long as it runs. */
const FILLING = `
  const { mkdirSync, utimesSync, writeFileSync } = require("node:fs");
  const { parentPort, workerData: folder } = require("node:worker_threads");
  const old = new Date(Date.now() - 3_600_000);
  for (let at = 0; ; at += 1) {
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(folder + "/" + at, "");
      utimesSync(folder, old, old);
    } catch {}
    if (at === 0) parentPort.postMessage("begun");
  }
`;

describe("portable: what may lie in the marker folder", () => {
  it("sweeps what dead processes left, and is not kept out by it", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using file = await openLockFile(lockFile, options);
    const id = "0".repeat(32);
    const at = (...names: string[]): string => path.join(`${lockFile}.portable`, ...names);
    const old = new Date(Date.now() - 60_000);
    const ahead = new Date(Date.now() + 3_600_000);
    const leave = (time: Date, ...names: string[]): void => {
      mkdirSync(at(...names), { recursive: true });
      writeFileSync(at(...names, `owner-${id}`), "not JSON");
      utimesSync(at(...names), time, time);
    };
    leave(old, "gate");
    leave(old, `gate.owner-${id}`);
    leave(old, "readers", id);
    leave(ahead, "readers", "1".repeat(32));
    leave(old, "readers", `${id}.owner-${id}`);
    mkdirSync(at("waiting"), { recursive: true });
    const ticket = at("waiting", `000000000000001-write-${id}`);
    writeFileSync(ticket, "");
    utimesSync(ticket, old, old);
    writeFileSync(at("waiting", "odd"), "");
    await using held = await file.lockForWriting({ timeout: enough });
    expect(held.lastWrite().equals(LastWrite.none)).toBe(true);
    expect(readdirSync(at("readers"))).toEqual([]);
    expect(readdirSync(at("waiting"))).toEqual(["odd"]);
    expect(readdirSync(at()).sort()).toEqual([
      "gate",
      "leases",
      "protocol.json",
      "readers",
      "spare",
      "trash",
      "waiting",
    ]);
  });

  it("is not kept out by a process that fills what looks left by a dead one", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using file = await openLockFile(lockFile, options);
    await (await file.lockForWriting({ timeout: enough })).release();
    // The clocks of two machines differ: what one of them prepares is old already for the other.
    const filling = new Worker(FILLING, {
      eval: true,
      workerData: path.join(`${lockFile}.portable`, "gate.busy"),
    });
    try {
      await once(filling, "message");
      for (let turn = 0; turn < 100; turn += 1) {
        await (await file.lockForWriting({ timeout: enough })).release();
      }
    } finally {
      await filling.terminate();
    }
  });

  it("says so when something is in the way that is not its own", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using file = await openLockFile(lockFile, options);
    writeFileSync(path.join(`${lockFile}.portable`, "gate"), "");
    await expect(file.lockForWriting({ timeout: enough })).rejects.toMatchObject({ code: "ERR_LOCK_IO" });
  });
});
