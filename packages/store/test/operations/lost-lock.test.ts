import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { openAtomicWriter } from "@stowage/atomic-file";
import { type HeldWriteLock, openLockFile } from "@stowage/lockfile";
import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../../src/index.ts";
import { ItemMove } from "../../src/persistence/item-move.ts";
import { Removal } from "../../src/persistence/removal.ts";
import { takeOver } from "../support/take-over.ts";

interface Scene extends AsyncDisposable {
  readonly dir: string;
  readonly held: HeldWriteLock;
  /** Lets another process take over: the first one is not told. */
  readonly takeOver: () => void;
}

async function scene(): Promise<Scene> {
  const folder = await temporaryFolder();
  const dir = folder.path;
  const lockFile = path.join(dir, "containers.lock");
  const lock = await openLockFile(lockFile, { protocol: "portable" });
  const held = await lock.lockForWriting();
  return {
    dir,
    held,
    takeOver: () => takeOver(lockFile, held),
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
    const writer = await openAtomicWriter({ stagingFolder: held.stagingFolder ?? "" });
    await writer.write("ours");
    const move = await ItemMove.prepare(writer, { id: "a", key: "item" }, { folders: [folder], file }, dir);
    await move.stage(held, true);
    await ItemMove.publishAll([move], held);
    takeOver();
    await writeFile(file, "theirs");
    await move.undo(held);
    expect(await readFile(file, "utf8")).toBe("theirs");
  });

  it("takes the item back while the lock is held", async () => {
    await using stage = await scene();
    const { dir, held } = stage;
    const folder = path.join(dir, "a");
    const writer = await openAtomicWriter({ stagingFolder: held.stagingFolder ?? "" });
    await writer.write("ours");
    const move = await ItemMove.prepare(
      writer,
      { id: "a", key: "item" },
      { folders: [folder], file: path.join(folder, "item") },
      dir,
    );
    await move.stage(held, true);
    await ItemMove.publishAll([move], held);
    await move.undo(held);
    expect(existsSync(folder)).toBe(false);
  });

  it("leaves the folder of what it deleted, and does not call the deletion failed", async () => {
    await using stage = await scene();
    const { dir, held, takeOver } = stage;
    const folder = path.join(dir, "a");
    await mkdir(folder);
    const warnings: string[] = [];
    const removal = new Removal(folder, { dir }, (message) => warnings.push(message));
    takeOver();
    removal.setAside(held);
    await removal.finish();
    expect(existsSync(folder)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining(folder)]);
  });

  it("acknowledges what was saved before, when two files are saved for a group", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await using store = await openContainerStore({ dir, lock: "portable" });
    await store.create({ id: "old" });
    const marker = path.join(dir, "containers.lock.portable");
    const inLease = (name: string): string[] =>
      filesBelow(path.join(marker, "leases")).flatMap((file) =>
        path.basename(file).startsWith(name) ? [file] : [],
      );
    let isOver = false;
    let step: "new file" | "old file" | "lost" = "new file";
    // Between the two renames the writer is robbed: of its volatile file first, then, as it restores the stable one, of the lock.
    const rob = (): void => {
      if (step === "new file") {
        for (const file of inLease(".tmp-volatile-containers.json")) {
          rmSync(file);
          step = "old file";
        }
      } else if (step === "old file" && hasRecord(dir, "stable")) {
        if (inLease(".tmp-containers.json").length > 0) {
          for (const owner of readdirSync(path.join(marker, "gate")))
            rmSync(path.join(marker, "gate", owner));
          step = "lost";
        }
      }
      if (!isOver) setImmediate(rob);
    };
    rob();
    const [stable, volatile] = await Promise.allSettled([
      store.create({ id: "stable" }),
      store.create({ id: "volatile", volatile: true }),
    ]);
    isOver = true;
    expect(step).toBe("lost");
    expect(stable.status).toBe("fulfilled");
    expect(volatile).toMatchObject({ status: "rejected", reason: { code: "ERR_LOCK_COMPROMISED" } });
    expect((await store.list()).map(({ id }) => id)).toEqual(["old", "stable"]);
  });
});

function hasRecord(dir: string, id: string): boolean {
  return readFileSync(path.join(dir, "containers.json"), "utf8").includes(`"${id}"`);
}

function filesBelow(leases: string): string[] {
  return readdirSync(leases, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
