import { readFileSync, statSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { LastWrite } from "../../src/index.ts";
import { type Bench, enough } from "./bench.ts";

/** What a protocol promises of the lock file and its folder. */
export function theLockFile(bench: Bench): void {
  const { protocol, open, start } = bench;

  describe(`${protocol}: the lock file`, () => {
    it("makes the lock file 0644 and its folder 0700, and takes the umask into account", async () => {
      const before = process.umask(0o022);
      try {
        await using opened = await open();
        await using held = await opened.file.lockForWriting();
        held.assertHeld();
        expect(statSync(opened.path).mode & 0o7777).toBe(0o644);
        expect(statSync(opened.folder).mode & 0o7777).toBe(0o700);
        expect(opened.file).toMatchObject({ path: opened.path, protocol, readOnly: false });
      } finally {
        process.umask(before);
      }
    });

    it("says whether anybody wrote since", async () => {
      await using opened = await open();
      let seen = LastWrite.none;
      {
        await using held = await opened.file.lockForWriting();
        expect(held.lastWrite().equals(LastWrite.none)).toBe(true);
        expect(held.modifiedSince(LastWrite.none)).toBe(false);
        seen = held.recordWrite();
        expect(held.modifiedSince(seen)).toBe(false);
        expect(held.lastWrite().equals(seen)).toBe(true);
      }
      {
        await using held = await opened.file.lockForReading();
        expect(held.modifiedSince(seen)).toBe(false);
        expect(held.modifiedSince(LastWrite.none)).toBe(true);
      }
      await using held = await opened.file.lockForWriting();
      expect(held.recordWrite().equals(seen)).toBe(false);
      expect(held.modifiedSince(seen)).toBe(true);
    });

    it("takes whatever is in the file for a token: short, hexadecimal, long", async () => {
      await using opened = await open();
      for (const content of ["", "x", "0123456789abcdef".repeat(4), "y".repeat(100_000)]) {
        await writeFile(opened.path, content);
        await using held = await opened.file.lockForWriting();
        const token = held.lastWrite();
        expect(Buffer.from(token.bytes).toString()).toBe(content.slice(0, 64));
        expect(held.modifiedSince(token)).toBe(false);
        const written = held.recordWrite();
        expect(held.lastWrite().equals(written)).toBe(true);
        expect(readFileSync(opened.path).length).toBe(Math.max(64, content.length));
      }
    });

    it("makes the folder anew when it was removed", async () => {
      await using opened = await open();
      {
        await using held = await opened.file.lockForWriting();
        held.recordWrite();
      }
      await rm(opened.folder, { recursive: true });
      await using held = await opened.file.lockForWriting({ timeout: enough });
      expect(held.lastWrite().equals(LastWrite.none)).toBe(true);
      held.recordWrite();
      expect(statSync(opened.folder).mode & 0o7777).toBe(0o700);
      expect(statSync(opened.path).size).toBe(64);
    });

    it("locks the file that is there, when it was replaced", async () => {
      await using opened = await open();
      await (await opened.file.lockForWriting()).release();
      await writeFile(`${opened.path}.new`, "other");
      await rename(`${opened.path}.new`, opened.path);
      await using other = await start(opened);
      await other.call("lock", "write");
      expect(await opened.file.tryLockForWriting()).toBeUndefined();
      await other.call("release");
      await using held = await opened.file.lockForWriting({ timeout: enough });
      expect(Buffer.from(held.lastWrite().bytes).toString()).toBe("other");
    });
  });
}
