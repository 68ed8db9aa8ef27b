import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type HeldReadLock, type HeldWriteLock, openLockFile } from "../../src/index.ts";
import { type Bench, enough, failure } from "./bench.ts";

type Held = HeldReadLock | HeldWriteLock;

/** What a protocol promises to the tasks of one process. */
export function oneProcess(bench: Bench): void {
  const { protocol, scale, open } = bench;

  describe(`${protocol}: one process`, () => {
    it("lets readers in together and writers alone", async () => {
      await using opened = await open();
      const first = await opened.file.lockForReading();
      const second = await opened.file.lockForReading();
      expect(await opened.file.tryLockForWriting()).toBeUndefined();
      await first.release();
      expect(await opened.file.tryLockForWriting()).toBeUndefined();
      await second.release();
      const writer = await opened.file.tryLockForWriting();
      expect(writer?.mode).toBe("write");
      expect(writer?.locked).toBe(true);
      expect(await opened.file.tryLockForReading()).toBeUndefined();
      expect(await opened.file.tryLockForWriting()).toBeUndefined();
      await writer?.release();
      await using reader = await opened.file.tryLockForReading();
      expect(reader?.mode).toBe("read");
    });

    it("serves in order of arrival, consecutive readers together", async () => {
      await using opened = await open();
      const gate = await opened.file.lockForWriting();
      const order: string[] = [];
      let inside = 0;
      let most = 0;
      const come = async (name: string, mode: "read" | "write"): Promise<void> => {
        await using held =
          mode === "read" ? await opened.file.lockForReading() : await opened.file.lockForWriting();
        held.assertHeld();
        order.push(name);
        inside += 1;
        most = Math.max(most, inside);
        await turn();
        await turn();
        inside -= 1;
      };
      const all = [
        come("r1", "read"),
        come("r2", "read"),
        come("w1", "write"),
        come("r3", "read"),
        come("w2", "write"),
        come("w3", "write"),
        come("r4", "read"),
        come("r5", "read"),
      ];
      await gate.release();
      await Promise.all(all);
      expect(order).toEqual(["r1", "r2", "w1", "r3", "w2", "w3", "r4", "r5"]);
      expect(most).toBe(2);
    });

    it("does not let a reader overtake a writer who waits", async () => {
      await using opened = await open();
      const reader = await opened.file.lockForReading();
      const writer = opened.file.lockForWriting();
      expect(await opened.file.tryLockForReading()).toBeUndefined();
      await reader.release();
      await (await writer).release();
    });

    it("gives up after the timeout, and names who is in the way", async () => {
      await using opened = await open();
      await using held = await opened.file.lockForWriting();
      for (const timeout of [0, 30]) {
        const error = await failure(opened.file.lockForReading({ timeout }));
        expect(error).toMatchObject({ code: "ERR_LOCK_TIMEOUT", path: opened.path });
        expect(error.holders).toMatchObject([{ pid: process.pid, mode: "write", own: true }]);
        expect(error.message).toContain(String(process.pid));
      }
      held.assertHeld();
    });

    it("gives up when the signal aborts, with its reason, before and during the wait", async () => {
      await using opened = await open();
      await using held = await opened.file.lockForReading();
      const reason = new Error("enough");
      await expect(opened.file.lockForWriting({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const waiting = opened.file.lockForWriting({ signal: controller.signal, timeout: enough });
      setTimeout(() => controller.abort(reason), 20);
      await expect(waiting).rejects.toBe(reason);
      // Who came after the writer that gave up is let in.
      await (await opened.file.lockForReading({ timeout: enough })).release();
      held.assertHeld();
    });

    it("keeps the order when one of many who wait gives up", async () => {
      await using opened = await open();
      const gate = await opened.file.lockForWriting();
      const controller = new AbortController();
      const order: string[] = [];
      const come = async (name: string, signal?: AbortSignal): Promise<void> => {
        await using held = await opened.file.lockForWriting({ signal });
        held.assertHeld();
        order.push(name);
      };
      const first = come("first");
      const second = come("second", controller.signal).catch(() => order.push("gave up"));
      const third = come("third");
      controller.abort();
      await second;
      await gate.release();
      await Promise.all([first, third]);
      expect(order).toEqual(["gave up", "first", "third"]);
    });

    it("releases once, however often it is asked, and refuses use after that", async () => {
      await using opened = await open();
      const held = await opened.file.lockForWriting();
      const token = held.recordWrite();
      expect(held.release()).toBe(held.release());
      await held.release();
      await using next = await opened.file.lockForWriting({ timeout: enough });
      for (const use of [
        () => held.assertHeld(),
        () => held.lastWrite(),
        () => held.modifiedSince(token),
        () => held.recordWrite(),
      ]) {
        expect(use).toThrow(expect.objectContaining({ code: "ERR_LOCK_RELEASED" }));
      }
      await held.release();
      next.assertHeld();
      expect(held.signal.aborted).toBe(false);
    });

    it("leaves a token with random bytes of its own at each of very many writes", async () => {
      await using opened = await open();
      const held = await opened.file.lockForWriting();
      // Behind the time, the counter and the process: see `LastWrite`.
      const randoms = Array.from({ length: 300 }, () => held.recordWrite().toString().slice(40));
      expect(new Set(randoms).size).toBe(randoms.length);
      expect(randoms.every((random) => /^[0-9a-f]{88}$/.test(random))).toBe(true);
      await held.release();
    });

    it("shares one lock among all who open one path, and outlives the close of one of them", async () => {
      await using opened = await open();
      const second = await openLockFile(path.join(opened.folder, "..", "store", "x.lock"));
      const third = await openLockFile(opened.path);
      const held = await opened.file.lockForWriting();
      expect(await second.tryLockForReading()).toBeUndefined();
      const waiting = second.lockForReading();
      const ended = expect(waiting).rejects.toMatchObject({ code: "ERR_LOCK_CLOSED" });
      await second.close();
      await second.close();
      await ended;
      await expect(second.lockForReading()).rejects.toMatchObject({ code: "ERR_LOCK_CLOSED" });
      await expect(second.tryLockForWriting()).rejects.toMatchObject({ code: "ERR_LOCK_CLOSED" });
      await expect(second.status()).rejects.toMatchObject({ code: "ERR_LOCK_CLOSED" });
      await opened.file.close();
      held.recordWrite();
      expect(await third.tryLockForReading()).toBeUndefined();
      await held.release();
      await (await third.lockForReading({ timeout: enough })).release();
      await third.close();
    });

    it("reports who holds and who waits", async () => {
      await using opened = await open();
      const nobody = { readers: 0, writers: 0, longest: 0, longestOwn: 0 };
      expect(await opened.file.status()).toEqual({ state: "free", holders: [], waiting: nobody });
      const held = await opened.file.lockForReading();
      const status = await opened.file.status();
      expect(status).toMatchObject({ state: "read", waiting: nobody });
      expect(status.holders).toMatchObject([{ pid: process.pid, mode: "read", own: true }]);
      expect(status.holders[0]?.program).toBeTypeOf("string");
      const writer = opened.file.lockForWriting();
      const reader = opened.file.lockForReading();
      expect((await opened.file.status()).waiting).toMatchObject({ readers: 1, writers: 1 });
      await held.release();
      await (await writer).release();
      await (await reader).release();
      expect(await opened.file.status()).toEqual({ state: "free", holders: [], waiting: nobody });
    });

    it("refuses arguments of the wrong kind", async () => {
      await using opened = await open();
      for (const timeout of [-1, Number.NaN, "5" as unknown as number]) {
        await expect(opened.file.lockForReading({ timeout })).rejects.toThrow(TypeError);
      }
      const signal = {} as AbortSignal;
      await expect(opened.file.lockForWriting({ signal })).rejects.toThrow(TypeError);
    });

    it.each(["read", "write"] as const)(
      "is had at each try when nobody else is there, without a turn of the event loop in between: %s",
      async (mode) => {
        await using opened = await open();
        const { file } = opened;
        const tryOnce = (): Promise<Held | undefined> =>
          mode === "read" ? file.tryLockForReading() : file.tryLockForWriting();
        // Longer than a turn lasts, and than an answer is waited for that cannot come through.
        const end = performance.now() + 500;
        let missed = 0;
        // Readers who overlap never let the lock go.
        let last: Held | undefined;
        while (performance.now() < end) {
          const next = await tryOnce();
          if (next === undefined) missed += 1;
          else if (mode === "write") await next.release();
          else {
            await last?.release();
            last = next;
          }
        }
        await last?.release();
        expect(missed).toBe(0);
      },
    );

    it("works under many tasks at once", async () => {
      await using opened = await open();
      let writers = 0;
      let readers = 0;
      let done = 0;
      const task = async (i: number): Promise<void> => {
        if (i % 3 === 0) {
          await using held = await opened.file.lockForWriting();
          expect([writers, readers]).toEqual([0, 0]);
          writers += 1;
          held.recordWrite();
          if (i % 2 === 0) await turn();
          writers -= 1;
        } else {
          await using held = await opened.file.lockForReading();
          expect(writers).toBe(0);
          readers += 1;
          held.lastWrite();
          await turn();
          readers -= 1;
        }
        done += 1;
      };
      const count = 300 * scale;
      await Promise.all(Array.from({ length: count }, (_, i) => task(i)));
      expect(done).toBe(count);
    });
  });
}
