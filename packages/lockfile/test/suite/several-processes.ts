import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Bench, enough, failure } from "./bench.ts";

/** What a protocol promises between processes. */
export function severalProcesses(bench: Bench): void {
  const { protocol, scale, open, start } = bench;

  describe(`${protocol}: several processes`, () => {
    it("excludes in both directions and modes", async () => {
      await using opened = await open();
      await using other = await start(opened);
      for (const [held, tried, granted] of [
        ["read", "read", true],
        ["read", "write", false],
        ["write", "read", false],
        ["write", "write", false],
      ] as const) {
        await other.call("lock", held);
        const lock =
          tried === "read" ? await opened.file.tryLockForReading() : await opened.file.tryLockForWriting();
        expect(lock !== undefined, `${held} there, ${tried} here`).toBe(granted);
        await lock?.release();
        await other.call("release");

        const own = held === "read" ? await opened.file.lockForReading() : await opened.file.lockForWriting();
        expect(await other.call("tryLock", tried), `${held} here, ${tried} there`).toBe(granted);
        if (granted) await other.call("release");
        await own.release();
      }
    });

    it("names the other process when it gives up", async () => {
      await using opened = await open();
      await using other = await start(opened);
      await other.call("lock", "write");
      const error = await failure(opened.file.lockForWriting({ timeout: 40 }));
      expect(error.code).toBe("ERR_LOCK_TIMEOUT");
      expect(error.holders).toMatchObject([{ pid: other.pid, mode: "write", own: false }]);
      expect(error.message).toContain(`pid ${other.pid}`);
      const status = await opened.file.status();
      expect(status).toMatchObject({ state: "write", holders: [{ pid: other.pid, own: false }] });
    });

    it("is seen to wait by others", async () => {
      await using opened = await open();
      await using other = await start(opened);
      const held = await opened.file.lockForReading();
      const waiting = other.call("lock", "write");
      for (let tries = 0; (await opened.file.status()).waiting.writers === 0 && tries < 500; tries += 1) {
        await sleep(5);
      }
      expect((await opened.file.status()).waiting).toMatchObject({ readers: 0, writers: 1 });
      await held.release();
      await waiting;
    });

    it("sees what another process wrote", async () => {
      await using opened = await open();
      await using other = await start(opened);
      await other.call("lock", "write");
      const token = await other.call("recordWrite");
      await other.call("release");
      await using held = await opened.file.lockForReading({ timeout: enough });
      expect(held.lastWrite().toString()).toBe(token);
    });

    it("lets others in when the holder is killed", async () => {
      await using opened = await open();
      for (const mode of ["read", "write"]) {
        await using other = await start(opened);
        await other.call("lock", mode);
        expect(await opened.file.tryLockForWriting()).toBeUndefined();
        await other.kill();
        await using held = await opened.file.lockForWriting({ timeout: enough });
        held.recordWrite();
      }
    });

    it("lets others in when the holder ends in an orderly way", async () => {
      await using opened = await open();
      await using other = await start(opened);
      await other.call("lock", "write");
      await other.exit();
      const held = await opened.file.tryLockForWriting();
      expect(held?.locked).toBe(true);
      await held?.release();
    });

    it("counts right when many processes add to one number", async () => {
      await using opened = await open();
      const counter = path.join(opened.folder, "counter");
      writeFileSync(counter, "0");
      const times = 60 * scale;
      const others = await Promise.all([start(opened), start(opened), start(opened)]);
      await Promise.all(others.map((other) => other.call("addMany", counter, times)));
      expect(readFileSync(counter, "utf8")).toBe(String(times * others.length));
      await Promise.all(others.map((other) => other.kill()));
    });

    it("shows readers no half-made change", async () => {
      await using opened = await open();
      for (const name of ["first", "second"]) writeFileSync(path.join(opened.folder, name), "");
      const others = await Promise.all([start(opened), start(opened), start(opened), start(opened)]);
      const work = others.map((other, i) =>
        other.call(i < 2 ? "changeMany" : "compareMany", opened.folder, (i < 2 ? 20 : 60) * scale),
      );
      expect((await Promise.all(work)).slice(2)).toEqual([0, 0]);
      await Promise.all(others.map((other) => other.kill()));
    });

    it("lets a writer in while readers of other processes overlap without a gap", async () => {
      await using opened = await open();
      const others = await Promise.all(Array.from({ length: 4 }, () => start(opened)));
      await Promise.all(others.map((other) => other.call("read", 3)));
      for (let i = 0; i < 4; i += 1) {
        // Away for long enough to be one who comes anew.
        await sleep(25);
        await using held = await opened.file.lockForWriting({ timeout: enough });
        held.recordWrite();
      }
      const reads = await Promise.all(others.map((other) => other.call<number>("stop")));
      expect(Math.min(...reads)).toBeGreaterThan(0);
      await Promise.all(others.map((other) => other.kill()));
    });

    it("lets two processes that hammer the lock both get on", async () => {
      await using opened = await open();
      await using other = await start(opened);
      await other.call("hammer", "write");
      for (let i = 0; i < 5 * scale; i += 1) {
        await using held = await opened.file.lockForWriting({ timeout: enough });
        held.recordWrite();
      }
      expect(await other.call("stop")).toBeGreaterThan(0);
    });

    it("lets others in beside a process that never leaves the event loop a turn", async () => {
      await using opened = await open();
      await using other = await start(opened);
      const end = path.join(opened.folder, "end");
      const hogging = other.call<number>("hog", end);
      for (let i = 0; i < 3; i += 1) {
        await sleep(25);
        await using held = await opened.file.lockForWriting({ timeout: enough });
        held.recordWrite();
      }
      writeFileSync(end, "");
      expect(await hogging).toBeGreaterThan(0);
    });

    it("survives the folder being removed again and again", async () => {
      await using opened = await open();
      await using other = await start(opened);
      await other.call("hammer", "write");
      for (let i = 0; i < 10; i += 1) {
        // Moved away first: the other process fills the folder as fast as it is emptied.
        renameSync(opened.folder, `${opened.folder}.gone-${i}`);
        removeWhole(`${opened.folder}.gone-${i}`);
        if (i % 2 === 0) mkdirSync(opened.folder, { recursive: true });
        await using held = await opened.file.lockForWriting({ timeout: enough });
        expect(held.locked).toBe(true);
      }
      expect(await other.call("stop")).toBeGreaterThan(0);
    });
  });
}

/** A call of the other process that has found the folder before it was moved may still put something into it. */
function removeWhole(folder: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY" || attempt === 20) throw error;
    }
  }
}
