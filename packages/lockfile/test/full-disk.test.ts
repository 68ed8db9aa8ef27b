import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { mountExt4, mountTmpfs, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { LastWrite, type LockFile, openLockFile } from "../src/index.ts";
import { SpareFolders } from "../src/protocols/spare-folders.ts";
import { Locker } from "./child-process.ts";
import { failure } from "./suite/bench.ts";

it("says that the token could not be written, and leaves the lock usable", async (context) => {
  const { found: medium, reason } = await mountTmpfs(64 << 10);
  if (medium === undefined) return context.skip(reason);
  await using mounted = medium;
  const lockFile = path.join(mounted.path, "x.lock");
  await using file = await openLockFile(lockFile, { protocol: "kernel" });
  fill(path.join(mounted.path, "filler"));
  {
    await using held = await file.lockForWriting();
    const error = await failure(Promise.resolve().then(() => held.recordWrite()));
    expect(error).toMatchObject({ code: "ERR_LOCK_IO", path: lockFile, cause: { code: "ENOSPC" } });
    held.assertHeld();
    expect(held.modifiedSince(LastWrite.none)).toBe(false);
  }
  expect(readFileSync(lockFile)).toHaveLength(0);
  await using again = await file.lockForReading({ timeout: 1_000 });
  expect(again.locked).toBe(true);
});

it("gives portable locks, too: what says who has them is for people only", async (context) => {
  const { found: medium, reason } = await mountTmpfs(64 << 10);
  if (medium === undefined) return context.skip(reason);
  await using mounted = medium;
  await using file = await openLockFile(path.join(mounted.path, "x.lock"), { protocol: "portable" });
  await (await file.lockForWriting({ timeout: 1_000 })).release();
  fill(path.join(mounted.path, "filler"));
  await (await file.lockForReading({ timeout: 5_000 })).release();
  await using held = await file.lockForWriting({ timeout: 5_000 });
  held.assertHeld();
  // Nobody else comes in, and whoever waits is no failure either.
  await using other = await Locker.start(path.join(mounted.path, "x.lock"), { protocol: "portable" });
  const waiting = other.call("lock", "read", 300);
  await expect(waiting).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
});

it("gives portable locks on a disk on which no folder can be made, of folders that lie ready", async (context) => {
  const { found: medium, reason } = await mountExt4(2 << 20);
  if (medium === undefined) return context.skip(reason);
  await using mounted = medium;
  const lockFile = path.join(mounted.path, "x.lock");
  await using file = await openLockFile(lockFile, { protocol: "portable" });
  await (await file.lockForWriting({ timeout: 1_000 })).release();
  const spares = (): string[] => readdirSync(path.join(`${lockFile}.portable`, "spare")).sort();
  fill(path.join(mounted.path, "filler"));
  expect(() => mkdirSync(path.join(mounted.path, "folder"))).toThrow("ENOSPC");
  await using other = await Locker.start(lockFile, { protocol: "portable" });
  for (let turn = 0; turn < 3; turn += 1) {
    const reading = await file.lockForReading({ timeout: 5_000 });
    await other.call("lock", "read", 5_000);
    await reading.release();
    await other.call("release");
    {
      await using held = await file.lockForWriting({ timeout: 5_000 });
      held.assertHeld();
      await expect(other.call("lock", "write", 200)).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
    }
    await other.call("lock", "write", 5_000);
    await other.call("release");
    expect(spares()).toEqual(["1", "2", "3"]);
  }
});

it("takes no link for a spare folder, nor one that holds something", async (context) => {
  const { found: medium, reason } = await mountExt4(2 << 20);
  if (medium === undefined) return context.skip(reason);
  await using mounted = medium;
  const inside = (...names: string[]): string => path.join(mounted.path, ...names);
  mkdirSync(inside("spare", "2"), { recursive: true });
  mkdirSync(inside("target"));
  symlinkSync(inside("target"), inside("spare", "1"));
  writeFileSync(inside("spare", "2", "file"), "");
  const spares = new SpareFolders(mounted.path);
  await spares.fill();
  expect(readdirSync(inside("spare")).sort()).toEqual(["1", "2", "3"]);
  fill(inside("filler"));
  await spares.make(inside("made"));
  await expect(spares.make(inside("more"))).rejects.toMatchObject({ code: "ENOSPC" });
  expect(readdirSync(inside("spare")).sort()).toEqual(["1", "2"]);
  expect(readdirSync(inside("made"))).toEqual([]);
});

/** A portable store on a full disk, of whose spare folders those that are named were taken to other places. */
async function withTakenSpares(
  taken: Readonly<Record<string, string>>,
  test: (file: LockFile, marker: string) => Promise<void>,
  skip: (reason: string) => void,
): Promise<void> {
  const { found: medium, reason } = await mountExt4(2 << 20);
  if (medium === undefined) return skip(reason);
  await using mounted = medium;
  const lockFile = path.join(mounted.path, "x.lock");
  const marker = `${lockFile}.portable`;
  const file = await openLockFile(lockFile, { protocol: "portable" });
  await (await file.lockForWriting({ timeout: 1_000 })).release();
  fill(path.join(mounted.path, "filler"));
  for (const [spare, place] of Object.entries(taken))
    renameSync(path.join(marker, "spare", spare), path.join(marker, place));
  await test(file, marker);
  await file.close();
  expect(readdirSync(path.join(marker, "spare")).sort()).toEqual(["1", "2", "3"]);
}

const ID = "0123456789abcdef".repeat(2);

it("gives a lock on it also when writers were killed one after the other: they leave empty leases", ({
  skip,
}) =>
  withTakenSpares(
    { 1: `leases/${ID}`, 2: `leases/${"a".repeat(32)}` },
    async (file, marker) => {
      writeFileSync(path.join(marker, "leases", ID, "file"), "");
      const held = await file.lockForWriting({ timeout: 1_000 });
      held.assertHeld();
      expect(readdirSync(path.join(marker, "leases"))).toEqual([path.basename(held.stagingFolder!)]);
      await held.release();
    },
    skip,
  ));

it("gives a lock on it also when readers were killed", ({ skip }) =>
  withTakenSpares(
    { 1: `readers/${ID}`, 2: `readers/${"a".repeat(32)}` },
    async (file, marker) => {
      for (const name of readdirSync(path.join(marker, "readers"))) {
        const registration = path.join(marker, "readers", name);
        writeFileSync(path.join(registration, `owner-${name}`), "");
        utimesSync(registration, 0, 0);
      }
      await (await file.lockForReading({ timeout: 1_000 })).release();
    },
    skip,
  ));

it("makes spare folders anew that others took, and were killed with, while there is room", async () => {
  await using folder = await temporaryFolder();
  const lockFile = path.join(folder.path, "x.lock");
  await using file = await openLockFile(lockFile, { protocol: "portable" });
  for (let turn = 0; turn < 3; turn += 1) {
    await (await file.lockForWriting({ timeout: 1_000 })).release();
    const spare = path.join(`${lockFile}.portable`, "spare");
    expect(readdirSync(spare).sort()).toEqual(["1", "2", "3"]);
    rmdirSync(path.join(spare, "1"));
  }
});

it("gives no room up with a spare folder that is given back: others would take it", async ({ skip }) => {
  const { found: medium, reason } = await mountExt4(2 << 20);
  if (medium === undefined) return skip(reason);
  await using mounted = medium;
  const spares = new SpareFolders(mounted.path);
  await spares.fill();
  fill(path.join(mounted.path, "filler"));
  const lease = path.join(mounted.path, "lease");
  await spares.make(lease);
  const there = lstatSync(lease).ino;
  expect(await spares.giveBack(lease)).toBe(true);
  expect(lstatSync(path.join(mounted.path, "spare", "1")).ino).toBe(there);
  // None is missing now.
  expect(await spares.giveBack(path.join(mounted.path, "lost+found"))).toBe(false);
});

function fill(file: string): void {
  const fd = openSync(file, "w");
  // Blocks are given out when they reach the disk: some are left after the first time.
  for (let time = 1; time <= 2; time += 1) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(4096));
    } catch {
      // No more goes in, as is wanted.
    }
    fsyncSync(fd);
  }
  closeSync(fd);
}
