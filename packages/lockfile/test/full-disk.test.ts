import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { mountTmpfs } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { LastWrite, openLockFile } from "../src/index.ts";
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
