import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { bundledChild, mountTmpfs, temporaryFolder } from "@stowage/test-kit";
import { openLockFile, type LockProtocol } from "../src/index.ts";
import { describe, expect, it } from "vitest";
import { Locker } from "./child-process.ts";
import { failure } from "./suite/bench.ts";

describe("which protocol", () => {
  it("is kernel for a new store, and stays so", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using file = await openLockFile(lockFile);
    expect(file.protocol).toBe("kernel");
    await file.close();
    await using again = await openLockFile(lockFile, { protocol: "kernel" });
    expect(again.protocol).toBe("kernel");
    expect(readdirSync(folder.path)).toEqual(["x.lock"]);
  });

  it.skipIf(process.platform !== "linux")("is refused at once where no folder can be made", async () => {
    // A folder that is there, takes none, and says that nothing is there.
    const error = await failure(openLockFile("/proc/stowage/above/x.lock"));
    expect(error).toMatchObject({ cause: { code: "ENOENT" } });
  });

  it("is portable when the store was made so, and auto follows", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    const made = await openLockFile(lockFile, { protocol: "portable" });
    await made.close();
    expect(statSync(lockFile).mode & 0o111).toBe(0);
    expect(statSync(`${lockFile}.portable`).mode & 0o7777).toBe(0o700);
    await using file = await openLockFile(lockFile);
    expect(file.protocol).toBe("portable");
    const error = await failure(openLockFile(lockFile, { protocol: "kernel" }));
    expect(error).toMatchObject({ code: "ERR_LOCK_PROTOCOL", path: lockFile });
    await rm(lockFile);
    await using held = await file.lockForReading();
    expect(held.locked).toBe(true);
  });

  it("is not portable where a lock file is there already", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    writeFileSync(lockFile, "");
    const error = await failure(openLockFile(lockFile, { protocol: "portable" }));
    expect(error.code).toBe("ERR_LOCK_PROTOCOL");
    expect(readdirSync(folder.path)).toEqual(["x.lock"]);
    await using file = await openLockFile(lockFile);
    expect(file.protocol).toBe("kernel");
  });

  it("cannot differ between two openings of one process", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using file = await openLockFile(lockFile);
    expect(file.protocol).toBe("kernel");
    await rm(lockFile);
    const error = await failure(openLockFile(lockFile, { protocol: "portable" }));
    expect(error.code).toBe("ERR_LOCK_PROTOCOL");
  });

  it("is noticed when the store was replaced by one of the other kind", async () => {
    await using folder = await temporaryFolder();
    const store = path.join(folder.path, "store");
    const lockFile = path.join(store, "x.lock");
    await using file = await openLockFile(lockFile, { protocol: "kernel" });
    await (await file.lockForWriting()).release();
    await rm(store, { recursive: true });
    await using other = await Locker.start(lockFile, { protocol: "portable" });
    expect((await failure(file.lockForWriting())).code).toBe("ERR_LOCK_PROTOCOL");
    expect((await failure(file.lockForReading({ timeout: 100 }))).code).toBe("ERR_LOCK_PROTOCOL");
    await other.call("lock", "write");
  });

  it("finishes a portable store whose maker died halfway", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    mkdirSync(`${lockFile}.portable`);
    writeFileSync(lockFile, "", { mode: 0o744 });
    expect((await failure(openLockFile(lockFile, { protocol: "kernel" }))).code).toBe("ERR_LOCK_PROTOCOL");
    await using file = await openLockFile(lockFile);
    expect(file.protocol).toBe("portable");
    expect(existsSync(`${lockFile}.portable/protocol.json`)).toBe(true);
    expect(statSync(lockFile).mode & 0o111).toBe(0);
  });

  it("is one and only one when processes make a store at once with different wishes", async () => {
    await using folder = await temporaryFolder();
    const wishes = ["kernel", "portable", "auto", "portable"] as const;
    const seed = path.join(folder.path, "seed.lock");
    const lockers = await Promise.all(
      wishes.map((protocol) => Locker.start(`${seed}-${protocol}`, { protocol })),
    );
    const seen = new Set<LockProtocol>();
    for (let round = 0; round < 150; round += 1) {
      const lockFile = path.join(folder.path, `store-${round}`, "x.lock");
      const got = await Promise.all(
        lockers.map((locker, i) =>
          locker
            .call<{ protocol: LockProtocol }>("open", lockFile, { protocol: wishes[i] })
            .then(({ protocol }) => protocol)
            .catch((error: { code?: string }) => error.code),
        ),
      );
      const opened = new Set(got.filter((answer) => answer !== "ERR_LOCK_PROTOCOL"));
      expect(opened.size, got.join()).toBe(1);
      await using file = await openLockFile(lockFile);
      expect([...opened]).toEqual([file.protocol]);
      seen.add(file.protocol);
      await Promise.all(lockers.map((locker) => locker.call("close").catch(() => undefined)));
    }
    expect(seen.size).toBeGreaterThan(0);
    await Promise.all(lockers.map((locker) => locker.kill()));
  });

  it("is kernel where nothing but the addon's binary is there", async () => {
    await using folder = await temporaryFolder();
    const program = path.join(folder.path, "a", "child.mjs");
    mkdirSync(path.dirname(program));
    writeFileSync(program, await withoutAddon());
    const addon = path.dirname(createRequire(import.meta.url).resolve("fs-native-extensions"));
    const binary = `prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;
    const copy = path.join(folder.path, "node_modules/fs-native-extensions", binary);
    mkdirSync(path.dirname(copy), { recursive: true });
    copyFileSync(path.join(addon, binary), copy);
    await using locker = await Locker.start(path.join(folder.path, "x.lock"), {}, program);
    expect(await locker.call("open", path.join(folder.path, "y.lock"), {})).toMatchObject({
      protocol: "kernel",
    });
    await locker.call("lock", "write");
    await locker.call("release");
  });

  it("is portable, or refused, where the addon is missing", async () => {
    await using folder = await temporaryFolder();
    // Far away from any node_modules.
    const program = path.join(folder.path, "child.mjs");
    writeFileSync(program, await withoutAddon());
    await using fresh = await Locker.start(path.join(folder.path, "new", "x.lock"), {}, program);
    expect(await fresh.call("open", path.join(folder.path, "other", "x.lock"), {})).toMatchObject({
      protocol: "portable",
    });
    await fresh.call("lock", "write");
    await fresh.call("recordWrite");
    await fresh.call("release");
    writeFileSync(path.join(folder.path, "x.lock"), "");
    await expect(fresh.call("open", path.join(folder.path, "x.lock"), {})).rejects.toMatchObject({
      code: "ERR_LOCK_UNSUPPORTED",
    });
  });
});

/** The usual child's program, looking for the addon under its name alone, which leads nowhere from there. */
async function withoutAddon(): Promise<string> {
  const usual = await readFile(await bundledChild(new URL("child/lock-child.ts", import.meta.url)), "utf8");
  const program = usual.replaceAll(/"file:[^"]*fs-native-extensions[^"]*"/g, '"fs-native-extensions"');
  expect(program).not.toBe(usual);
  return program;
}

describe("read-only", () => {
  it("reads under the lock where there is a lock file, and never locks for writing", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using writer = await openLockFile(lockFile);
    const written = await writer.lockForWriting();
    const token = written.recordWrite();
    await using file = await openLockFile(lockFile, { readOnly: true });
    expect(file.readOnly).toBe(true);
    expect(await file.tryLockForReading()).toBeUndefined();
    await written.release();
    await using held = await file.lockForReading({ timeout: 20_000 });
    expect(held.locked).toBe(true);
    expect(held.lastWrite().equals(token)).toBe(true);
    expect(await writer.tryLockForWriting()).toBeUndefined();
    expect((await failure(file.lockForWriting())).code).toBe("ERR_LOCK_READ_ONLY");
    expect((await failure(file.tryLockForWriting())).code).toBe("ERR_LOCK_READ_ONLY");
  });

  it("reads unlocked where there is none, makes nothing, and locks once there is one", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "a", "b", "x.lock");
    await using file = await openLockFile(lockFile, { readOnly: true });
    {
      await using held = await file.lockForReading();
      expect(held.locked).toBe(false);
      expect(held.lastWrite().bytes.length).toBe(0);
      held.assertHeld();
    }
    expect(await file.status()).toMatchObject({ state: "free" });
    expect(readdirSync(folder.path)).toEqual([]);
    await mkdir(path.dirname(lockFile), { recursive: true });
    await writeFile(lockFile, "token");
    await using held = await file.lockForReading();
    expect(held.locked).toBe(true);
    expect(Buffer.from(held.lastWrite().bytes).toString()).toBe("token");
  });

  it("reads a portable store unlocked, and leaves no trace in it", async () => {
    await using folder = await temporaryFolder();
    const lockFile = path.join(folder.path, "x.lock");
    await using writer = await openLockFile(lockFile, { protocol: "portable" });
    await using held = await writer.lockForWriting();
    const token = held.recordWrite();
    await using file = await openLockFile(lockFile, { readOnly: true });
    await using reading = await file.lockForReading();
    expect(reading.locked).toBe(false);
    expect(reading.modifiedSince(token)).toBe(false);
  });

  it("works on a read-only file system, where writing is refused with advice", async (context) => {
    const mount = await mountTmpfs(1 << 20);
    if (mount.found === undefined) return context.skip(mount.reason);
    await using disk = mount.found;
    const lockFile = path.join(disk.path, "x.lock");
    writeFileSync(lockFile, "token");
    const remounted = spawnSync("mount", ["-o", "remount,ro", disk.path]);
    if (remounted.status !== 0) return context.skip("remounting is refused here");
    const error = await failure(openLockFile(lockFile));
    expect(error.code).toBe("ERR_LOCK_READ_ONLY");
    expect(error.message).toContain("readOnly: true");
    await using file = await openLockFile(lockFile, { readOnly: true });
    await using held = await file.lockForReading();
    expect(held.locked).toBe(true);
    expect(Buffer.from(held.lastWrite().bytes).toString()).toBe("token");
    await using none = await openLockFile(path.join(disk.path, "y", "y.lock"), { readOnly: true });
    await using unlocked = await none.lockForReading();
    expect(unlocked.locked).toBe(false);
  });
});

describe("what may lie there", () => {
  it("refuses a link, a folder, a FIFO and a device in the place of the lock file, without hanging", async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => path.join(folder.path, name);
    writeFileSync(at("target"), "precious");
    symlinkSync(at("target"), at("link.lock"));
    symlinkSync(at("nowhere"), at("dangling.lock"));
    mkdirSync(at("folder.lock"));
    spawnSync("mkfifo", [at("fifo.lock")]);
    symlinkSync("/dev/zero", at("device.lock"));
    for (const name of ["link", "dangling", "folder", "fifo", "device"]) {
      const error = await failure(openLockFile(at(`${name}.lock`)));
      expect(error.code, name).toBe("ERR_LOCK_IO");
    }
    expect(existsSync(at("nowhere"))).toBe(false);
    expect((await failure(openLockFile(at("fifo.lock"), { readOnly: true }))).code).toBe("ERR_LOCK_IO");
    expect((await failure(openLockFile(path.join(at("target"), "x.lock")))).code).toBe("ERR_LOCK_IO");
  });

  it("takes links in the folders for what they lead to", async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, "real"));
    await symlink(path.join(folder.path, "real"), path.join(folder.path, "alias"));
    await using one = await openLockFile(path.join(folder.path, "real", "x.lock"));
    await using two = await openLockFile(path.join(folder.path, "alias", "x.lock"));
    expect(two.path).toBe(one.path);
    await using held = await one.lockForWriting();
    held.assertHeld();
    expect(await two.tryLockForReading()).toBeUndefined();
  });

  it("refuses arguments of the wrong kind", async () => {
    for (const bad of ["", "a\0b", 7, undefined]) {
      await expect(openLockFile(bad as string)).rejects.toThrow(TypeError);
    }
    for (const options of [{ protocol: "flock" }, { readOnly: 1 }, { stale: 1_999 }, { stale: Number.NaN }]) {
      await expect(openLockFile("x.lock", options as object)).rejects.toThrow(TypeError);
    }
  });
});
