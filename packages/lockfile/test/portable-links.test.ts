import { mkdir, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { runProcess, temporaryFolder, treeListing } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openLockFile } from "../src/index.ts";

const ID = "0123456789abcdef".repeat(2);

/** A portable lock, and beside it a folder that looks as if it were one of its own, and nobody had used it for a year. */
async function withPlace(work: (place: { lock: string; marker: string; victim: string }) => Promise<void>) {
  await using folder = await temporaryFolder();
  const lock = path.join(folder.path, "store/x.lock");
  const victim = path.join(folder.path, "victim");
  await mkdir(path.join(victim, "folder"), { recursive: true });
  for (const name of ["precious", "owner-a", "gate.left", "folder/inside", `000000000000001-read-${ID}`])
    await writeFile(path.join(victim, name), "x");
  const longAgo = new Date("2024-01-02T03:04:05Z");
  for (const name of await readdir(victim)) await utimes(path.join(victim, name), longAgo, longAgo);
  await utimes(victim, longAgo, longAgo);
  await (await openLockFile(lock, { protocol: "portable" })).close();
  const before = await treeListing(victim);
  await work({ lock, marker: `${lock}.portable`, victim });
  expect(await treeListing(victim)).toEqual(before);
}

/** Takes the lock to read and to write, and asks for its state; what is refused is refused in the family. */
async function use(lock: string): Promise<string[]> {
  const file = await openLockFile(lock);
  const refused: string[] = [];
  const note = (error: unknown): void => void refused.push((error as { code: string }).code);
  try {
    for (const take of [
      () => file.lockForWriting({ timeout: 500 }),
      () => file.lockForReading({ timeout: 500 }),
    ])
      await take().then((held) => held.release(), note);
    await file.status().then(() => undefined, note);
  } finally {
    await file.close();
  }
  return refused;
}

describe.runIf(process.platform !== "win32")("a link among the folders of a portable lock", () => {
  it.each(["gate", "readers", "waiting", "leases", "trash"])(
    "is not followed in the place of %s",
    async (name) => {
      await withPlace(async ({ lock, marker, victim }) => {
        await rm(path.join(marker, name), { recursive: true, force: true });
        await symlink(victim, path.join(marker, name));
        const refused = await use(lock);
        expect(refused.length).toBeGreaterThan(0);
        expect(new Set(refused)).toEqual(new Set(["ERR_LOCK_IO"]));
      });
    },
  );

  it.each([`readers/${ID}`, "readers/left", `leases/${ID}`, `trash/${ID}`, "gate.left", "spare", "spare/1"])(
    "is not followed in the place of %s",
    async (name) => {
      await withPlace(async ({ lock, marker, victim }) => {
        await mkdir(path.dirname(path.join(marker, name)), { recursive: true });
        await rm(path.join(marker, name), { recursive: true, force: true });
        await symlink(victim, path.join(marker, name));
        for (const code of await use(lock)) expect(code).toBe("ERR_LOCK_IO");
      });
    },
  );
});

describe.runIf(process.platform === "linux")("a pipe", () => {
  it("in the place of what a holder says about himself keeps nobody waiting", async () => {
    await withPlace(async ({ lock, marker }) => {
      const reader = path.join(marker, "readers", ID);
      await mkdir(reader, { recursive: true });
      await runProcess("mkfifo", [path.join(reader, "owner-a")]);
      expect(await use(lock)).toEqual(["ERR_LOCK_TIMEOUT"]);
    });
  });

  it("in the place of protocol.json does not stop a store from being opened", async () => {
    await withPlace(async ({ lock, marker }) => {
      await rm(lock);
      await rm(path.join(marker, "protocol.json"));
      await runProcess("mkfifo", [path.join(marker, "protocol.json")]);
      expect(await use(lock)).toEqual([]);
    });
  });
});
