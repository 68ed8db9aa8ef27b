import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { mountTmpfs } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { LastWrite, openLockFile } from "../src/index.ts";
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

function fill(file: string): void {
  const fd = openSync(file, "w");
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  } catch {
    // No more goes in, as is wanted.
  } finally {
    closeSync(fd);
  }
}
