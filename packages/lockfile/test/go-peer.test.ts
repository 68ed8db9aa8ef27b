import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { peer, runProcess, temporaryFolder } from "@stowage/test-kit";
import { openLockFile, type LockFile, type LockMode } from "../src/index.ts";
import { describe, expect, it } from "vitest";
import { Locker } from "./child-process.ts";
import { failure } from "./suite/bench.ts";

const programs = peer();
const enough = 20_000;

/** Another program that holds the lock until its input ends. */
class Holder implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
  }

  static async start(command: string, args: readonly string[]): Promise<Holder> {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    expect(line).toMatch(/^locked/);
    return new Holder(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}

function tryLock(file: LockFile, mode: LockMode): Promise<AsyncDisposable | undefined> {
  return mode === "read" ? file.tryLockForReading() : file.tryLockForWriting();
}

const cases = (["read", "write"] as const).flatMap((held) =>
  (["read", "write"] as const).map((tried) => ({
    held,
    tried,
    granted: held === "read" && tried === "read",
  })),
);

const posixHolder = `
import fcntl, sys
f = open(sys.argv[1], "r+")
fcntl.lockf(f, fcntl.LOCK_SH if sys.argv[2] == "read" else fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
`;
const posixTry = `
import fcntl, sys
f = open(sys.argv[1], "r+")
try:
    fcntl.lockf(f, (fcntl.LOCK_SH if sys.argv[2] == "read" else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    print("granted")
except BlockingIOError:
    print("busy")
`;
const python = await runProcess("python3", ["-c", "import fcntl"]).then(
  ({ code }) => code === 0,
  () => false,
);

describe.skipIf(!python)("POSIX record locks of another process (skipped without python3)", () => {
  it.each(cases)("$held there, $tried here", async ({ held, tried, granted }) => {
    await using folder = await temporaryFolder();
    await using file = await openLockFile(path.join(folder.path, "x.lock"));
    await using holder = await Holder.start("python3", ["-c", posixHolder, file.path, held]);
    await using lock = await tryLock(file, tried);
    expect(lock !== undefined).toBe(granted);
    if (granted) return;
    const error = await failure(file.lockForWriting({ timeout: 30 }));
    expect(error.holders).toMatchObject([{ pid: holder.pid, mode: held, own: false }]);
    expect(error.message).toContain("python");
  });

  it.each(cases)("$held here, $tried there", async ({ held, tried, granted }) => {
    await using folder = await temporaryFolder();
    await using file = await openLockFile(path.join(folder.path, "x.lock"));
    await using lock = held === "read" ? await file.lockForReading() : await file.lockForWriting();
    const { stdout } = await runProcess("python3", ["-c", posixTry, file.path, tried]);
    expect(stdout.trim()).toBe(granted ? "granted" : "busy");
    lock.assertHeld();
  });
});

const go = programs.found;

describe.skipIf(go === undefined)(
  `the Go library${programs.reason === undefined ? "" : ` (${programs.reason})`}`,
  () => {
    const program = go?.peer ?? "";
    const type = (mode: LockMode): string => (mode === "read" ? "r" : "w");

    it.each(cases)("$held there, $tried here", async ({ held, tried, granted }) => {
      await using folder = await temporaryFolder();
      await using file = await openLockFile(path.join(folder.path, "x.lock"));
      const args = ["lock", "--file", file.path, "--type", type(held), "--hold-ms", "60000"];
      await using holder = await Holder.start(program, args);
      await using lock = await tryLock(file, tried);
      expect(lock !== undefined).toBe(granted);
      if (granted) return;
      const error = await failure(file.lockForWriting({ timeout: 30 }));
      expect(error.holders).toMatchObject([{ pid: holder.pid, mode: held, program: "peer", own: false }]);
    });

    it.each(cases)("$held here, $tried there", async ({ held, tried, granted }) => {
      await using folder = await temporaryFolder();
      await using file = await openLockFile(path.join(folder.path, "x.lock"));
      await using lock = held === "read" ? await file.lockForReading() : await file.lockForWriting();
      const args = ["lock", "--file", file.path, "--type", type(tried), "--hold-ms", "0", "--try"];
      const { stdout, code } = await runProcess(program, args);
      expect(stdout).toMatch(granted ? /^locked/ : /^busy/);
      expect(code).toBe(granted ? 0 : 1);
      lock.assertHeld();
    });

    it("is let in when ours is released, and is seen to wait", async () => {
      await using folder = await temporaryFolder();
      await using file = await openLockFile(path.join(folder.path, "x.lock"));
      const held = await file.lockForReading();
      const args = ["lock", "--file", file.path, "--type", "w", "--hold-ms", "60000"];
      const waiting = Holder.start(program, args);
      let status = await file.status();
      while (status.waiting.writers === 0) {
        await sleep(5);
        status = await file.status();
      }
      expect(status).toMatchObject({ state: "read", waiting: { readers: 0, writers: 1 } });
      await held.release();
      await using holder = await waiting;
      expect(await file.status()).toMatchObject({ state: "write", holders: [{ pid: holder.pid }] });
    });

    it("makes the lock file as we do", async () => {
      await using folder = await temporaryFolder();
      const theirs = path.join(folder.path, "a", "theirs.lock");
      const args = ["lock", "--file", theirs, "--type", "w", "--hold-ms", "0"];
      await runProcess(program, args);
      await using ours = await openLockFile(path.join(folder.path, "b", "ours.lock"));
      expect(statSync(ours.path).mode).toBe(statSync(theirs).mode);
      expect(statSync(path.dirname(ours.path)).mode).toBe(statSync(path.dirname(theirs)).mode);
      expect(await openLockFile(theirs).then((file) => file.close().then(() => file.protocol))).toBe(
        "kernel",
      );
    });

    it("reads our token and writes one that we read, in the same layout", async () => {
      await using folder = await temporaryFolder();
      await using file = await openLockFile(path.join(folder.path, "x.lock"));
      const held = await file.lockForWriting();
      const ours = held.recordWrite();
      await held.release();
      const { stdout } = await runProcess(program, ["lastwrite", "--file", file.path]);
      expect(stdout).toContain(ours.toString());
      await runProcess(program, ["touch", "--file", file.path]);
      await using reading = await file.lockForReading({ timeout: enough });
      expect(reading.modifiedSince(ours)).toBe(true);
      const theirs = new DataView(reading.lastWrite().bytes.buffer);
      const mine = new DataView(ours.bytes.buffer);
      expect(theirs.byteLength).toBe(64);
      const minute = 60_000_000_000n;
      const between = theirs.getBigUint64(0, true) - mine.getBigUint64(0, true);
      expect(between > -minute && between < minute).toBe(true);
      expect(theirs.getBigUint64(8, true)).toBeLessThan(1_000n);
      expect(theirs.getUint32(16, true)).toBeGreaterThan(0);
      expect(mine.getUint32(16, true)).toBe(process.pid);
    });

    it("takes tokens of any length for what they are, as we do", async () => {
      await using folder = await temporaryFolder();
      await using file = await openLockFile(path.join(folder.path, "x.lock"));
      for (const content of ["", "short", "0123456789abcdef".repeat(4), "z".repeat(200)]) {
        writeFileSync(file.path, content);
        await using held = await file.lockForReading({ timeout: enough });
        const { stdout, code } = await runProcess(program, ["lastwrite", "--file", file.path]);
        expect(code).toBe(0);
        expect(stdout.trim().split(/\s+/).pop() ?? "").toContain(held.lastWrite().toString().slice(0, 128));
      }
    });

    it("does not starve our writer: two hammering Go writers and ten busy readers of ours", async () => {
      await using folder = await temporaryFolder();
      const lockFile = path.join(folder.path, "containers.lock");
      await using file = await openLockFile(lockFile);
      const stop = new AbortController();
      const hammer = (seed: number): Promise<unknown> =>
        runProcess(
          program,
          [
            "hammer",
            "--dir",
            folder.path,
            "--workers",
            "2",
            "--ops",
            "1000000",
            "--seed",
            `${seed}`,
            "--mode",
            "write",
          ],
          { signal: stop.signal },
        ).catch((error: unknown) => error);
      const hammers = [hammer(1), hammer(2)];
      await using one = await Locker.start(lockFile);
      await using two = await Locker.start(lockFile);
      await one.call("read", 5);
      await two.call("read", 5);
      const waits: number[] = [];
      for (let i = 0; i < 15; i += 1) {
        // Long enough away for each wait to be one among strangers.
        await sleep(30);
        const before = performance.now();
        await using held = await file.lockForWriting({ timeout: enough });
        waits.push(performance.now() - before);
        held.assertHeld();
      }
      const reads = [await one.call<number>("stop"), await two.call<number>("stop")];
      stop.abort();
      await Promise.all(hammers);
      waits.sort((a, b) => a - b);
      console.log(
        `writer among 2 Go writers and 10 readers: median ${waits[7]?.toFixed(1)} ms, worst ${waits[14]?.toFixed(1)} ms; reads ${reads}`,
      );
      expect(Math.min(...reads)).toBeGreaterThan(0);
    });

    it("is not starved by ten busy readers of ours", async () => {
      await using folder = await temporaryFolder();
      await using file = await openLockFile(path.join(folder.path, "x.lock"));
      await using one = await Locker.start(file.path);
      await using two = await Locker.start(file.path);
      await one.call("read", 5);
      await two.call("read", 5);
      for (let i = 0; i < 5; i += 1) {
        const { code } = await runProcess(program, ["touch", "--file", file.path], { timeout: enough });
        expect(code).toBe(0);
      }
      await one.call("stop");
      await two.call("stop");
    });
  },
);
