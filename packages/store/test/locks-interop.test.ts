import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLockFile } from "@stowage/lockfile";
import { peer, PeerDrive, runProcess, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import type { ContainerStore, WaitOptions } from "../src/index.ts";
import { LockHolder } from "./support/lock-holder.ts";
import { openSound } from "./support/sound.ts";

type Mode = "read" | "write";

const cases = (["read", "write"] as const).flatMap((held) =>
  (["read", "write"] as const).map((tried) => ({
    held,
    tried,
    granted: held === "read" && tried === "read",
  })),
);

const programs = peer();
const python = await runProcess("python3", ["-c", "import fcntl"]).then(
  ({ code }) => code === 0,
  () => false,
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

const goHolder = (lockFile: string, mode: Mode): Promise<LockHolder> =>
  LockHolder.start(programs.found!.peer, [
    ...["lock", "--file", lockFile, "--type", mode === "read" ? "r" : "w", "--hold-ms", "600000"],
  ]);

/** Every call that takes this lock. */
const calls: Record<
  Mode,
  readonly [string, (store: ContainerStore, wait: WaitOptions) => Promise<unknown>][]
> = {
  read: [
    ["list", (store, wait) => store.list(wait)],
    ["get", (store, wait) => store.get("c", wait)],
    ["bigData", (store, wait) => store.bigData("c", "k", wait)],
    // What is recorded is only read.
    ["bigDataSize", (store, wait) => store.bigDataSize("c", "k", wait)],
    ["check", (store, wait) => store.check(wait)],
    ["gc, dry run", (store, wait) => store.gc({ ...wait, dryRun: true })],
  ],
  write: [
    ["create", (store, wait) => store.create({ ...wait, names: ["new"] })],
    ["addNames", (store, wait) => store.addNames("c", ["n"], wait)],
    ["setMetadata", (store, wait) => store.setMetadata("c", "m", wait)],
    ["setFlag", (store, wait) => store.setFlag("c", "f", 1, wait)],
    ["setBigData", (store, wait) => store.setBigData("c", "k", "new", wait)],
    ["delete", (store, wait) => store.delete("c", wait)],
    ["wipe", (store, wait) => store.wipe(wait)],
    ["gc", (store, wait) => store.gc(wait)],
  ],
};

/** While another process has the lock, ours may do what may be done beside it, and nothing else. */
async function tryOurs(
  hold: (lockFile: string) => Promise<LockHolder>,
  held: Mode,
  tried: Mode,
): Promise<void> {
  await using folder = await temporaryFolder();
  await using opened = await openSound({ dir: folder.path });
  const { store } = opened;
  await store.create({ id: "c", names: ["one"], bigData: [{ key: "k", data: "old" }] });
  const file = path.join(folder.path, "containers.json");
  const before = await readFile(file);
  {
    await using holder = await hold(path.join(folder.path, "containers.lock"));
    for (const timeout of [0, 20]) {
      for (const [name, call] of calls[tried]) {
        const outcome = call(store, { timeout });
        if (held === "read" && tried === "read") {
          await outcome;
          continue;
        }
        await expect(outcome, `${name}, timeout ${timeout}`).rejects.toMatchObject({
          code: "ERR_LOCK_TIMEOUT",
          details: { holders: [{ pid: holder.pid, mode: held }] },
        });
      }
    }
    expect(await readFile(file)).toEqual(before);
  }
  for (const [, call] of calls[tried].slice(0, 1)) await call(store, {});
}

describe.skipIf(!python).each(cases)(
  "POSIX record locks (needs python3): $held, then $tried",
  ({ held, tried, granted }) => {
    it("theirs, then ours", async () => {
      await tryOurs((file) => LockHolder.start("python3", ["-c", posixHolder, file, held]), held, tried);
    });

    it("ours, then theirs", async () => {
      await using folder = await temporaryFolder();
      await using opened = await openSound({ dir: folder.path });
      await opened.store.create({ id: "c" });
      await using lockFile = await openLockFile(path.join(folder.path, "containers.lock"));
      await using lock = held === "read" ? await lockFile.lockForReading() : await lockFile.lockForWriting();
      const { stdout } = await runProcess("python3", ["-c", posixTry, lockFile.path, tried]);
      expect(stdout.trim()).toBe(granted ? "granted" : "busy");
      lock.assertHeld();
    });
  },
);

describe.skipIf(programs.found === undefined).each(cases)(
  "the library: $held, then $tried",
  ({ held, tried, granted }) => {
    it("theirs, then ours", async () => {
      await tryOurs((file) => goHolder(file, held), held, tried);
    });

    it("ours, then theirs", async () => {
      await using folder = await temporaryFolder();
      await using opened = await openSound({ dir: folder.path });
      await opened.store.create({ id: "c" });
      await using driver = new PeerDrive(programs.found!.peer, ["--dir", folder.path]);
      // It takes the write lock to open a store.
      await driver.send('{"op":"list"}');
      await using lockFile = await openLockFile(path.join(folder.path, "containers.lock"));
      await using lock = held === "read" ? await lockFile.lockForReading() : await lockFile.lockForWriting();
      const request =
        tried === "read" ? '{"op":"list"}' : '{"op":"setMetadata","id":"c","metadata":"theirs"}';
      let isAnswered = false;
      const reply = driver.send(request).finally(() => (isAnswered = true));
      const isWaiting = async (): Promise<boolean> => {
        const { waiting } = await lockFile.status();
        return waiting.readers + waiting.writers > 0;
      };
      while (!isAnswered && !(await isWaiting())) await sleep(2);
      const got = isAnswered;
      await lock.release();
      expect(await reply).toMatch(/^\{"ok":true/);
      expect(got).toBe(granted);
    });
  },
);

if (programs.found === undefined) it.skip(`locks of the library: ${programs.reason}`, () => undefined);
