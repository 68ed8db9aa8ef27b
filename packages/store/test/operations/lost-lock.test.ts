import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { openAtomicWriter } from "@stowage/atomic-file";
import { type HeldWriteLock, openLockFile } from "@stowage/lockfile";
import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { ItemMove } from "../../src/persistence/item-move.ts";
import { Removal } from "../../src/persistence/removal.ts";

interface Scene extends AsyncDisposable {
  readonly dir: string;
  readonly held: HeldWriteLock;
  /** Lets another process take over: the first one is not told. */
  takeOver(): Promise<void>;
}

async function scene(): Promise<Scene> {
  const folder = await temporaryFolder();
  const dir = folder.path;
  const lockFile = path.join(dir, "containers.lock");
  const lock = await openLockFile(lockFile, { protocol: "portable" });
  const held = await lock.lockForWriting();
  const gate = path.join(`${lockFile}.portable`, "gate");
  return {
    dir,
    held,
    takeOver: async () => {
      for (const owner of await readdir(gate)) await unlink(path.join(gate, owner));
      await rm(held.stagingFolder ?? "", { recursive: true });
    },
    async [Symbol.asyncDispose]() {
      await held.release();
      await lock.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe("a writer whose portable lock is lost", () => {
  it("does not take back an item that another one has put there since", async () => {
    await using stage = await scene();
    const { dir, held, takeOver } = stage;
    const folder = path.join(dir, "a");
    const file = path.join(folder, "item");
    const writer = await openAtomicWriter({ stagingFolder: held.stagingFolder });
    await writer.write("ours");
    const move = await ItemMove.prepare(writer, [folder], file, "item", dir);
    await move.publish(held, true);
    await takeOver();
    await writeFile(file, "theirs");
    await move.undo();
    expect(await readFile(file, "utf8")).toBe("theirs");
  });

  it("takes the item back while the lock is held", async () => {
    await using stage = await scene();
    const { dir, held } = stage;
    const folder = path.join(dir, "a");
    const writer = await openAtomicWriter({ stagingFolder: held.stagingFolder });
    await writer.write("ours");
    const move = await ItemMove.prepare(writer, [folder], path.join(folder, "item"), "item", dir);
    await move.publish(held, true);
    await move.undo();
    expect(existsSync(folder)).toBe(false);
  });

  it("leaves the folder of what it deleted, and does not call the deletion failed", async () => {
    await using stage = await scene();
    const { dir, held, takeOver } = stage;
    const folder = path.join(dir, "a");
    await mkdir(folder);
    const warnings: string[] = [];
    const removal = new Removal(folder, path.join(dir, "aside"), (message) => warnings.push(message));
    await takeOver();
    await removal.setAside(held);
    await removal.finish();
    expect(existsSync(folder)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining(folder)]);
  });
});
