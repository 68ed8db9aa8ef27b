import { bundledChild, peer, PeerDrive, temporaryFolder } from "@stowage/test-kit";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../../src/index.ts";
import { contentsOf, exported } from "../support/archives.ts";
import { openSound } from "../support/sound.ts";

// More than come in with one save.
const COUNT = 150;

/** Starts an import and kills it when so many containers went through. */
async function killedImport(dir: string, archive: string, after: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [await bundledChild(new URL("../support/import-child.ts", import.meta.url)), dir, archive],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (Number(line) >= after) child.kill("SIGKILL");
  }
  await exited;
}

describe("an import that is killed", () => {
  it.each([0, 1, 63, 80, 149])(
    "after %i containers, is finished by the next one",
    { timeout: 120_000 },
    async (after) => {
      await using folder = await temporaryFolder();
      const archive = path.join(folder.path, "archive.tar");
      const dir = path.join(folder.path, "to");
      await using from = await openContainerStore({ dir: path.join(folder.path, "from") });
      for (let number = 0; number < COUNT; number += 1) {
        await from.create({
          names: [`c${number}`],
          volatile: number % 3 === 0,
          bigData: ["a", "b"].map((key) => ({ key, data: Buffer.alloc(20_000, `${number}${key}`) })),
        });
      }
      await writeFile(archive, (await exported(from)).bytes);
      await killedImport(dir, archive, after);
      const whole = await contentsOf(from);
      await using to = await openSound({ dir });
      const before = await contentsOf(to.store);
      expect(before.every((line) => whole.includes(line))).toBe(true);
      const { steps } = await to.store.import([(await exported(from)).bytes]);
      expect(steps.filter(({ outcome }) => outcome === "unchanged")).toHaveLength(before.length / 3);
      expect(await contentsOf(to.store)).toEqual(whole);
      await to.store.gc({ minAge: 0 });
      expect(await to.store.check()).toEqual([]);
    },
  );
});

const { found } = peer();

describe("an export while containers/storage writes", () => {
  it.skipIf(found === undefined)("has each item as its record says", { timeout: 120_000 }, async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await using from = await openContainerStore({ dir });
    await using to = await openSound({ dir: path.join(folder.path, "to") });
    for (const id of ["a", "b", "c"]) {
      await from.create({ id, bigData: [{ key: "k", data: Buffer.alloc(300_000, id) }] });
    }
    await using library = new PeerDrive(found!.peer, ["--dir", dir]);
    let isOver = false;
    let changes = 0;
    const writing = (async () => {
      for (; !isOver; changes += 1) {
        const id = "abc"[changes % 3]!;
        const base64 = Buffer.alloc(300_000, String(changes)).toString("base64");
        const set = await library.send(JSON.stringify({ op: "setBigData", id, key: "k", base64 }));
        const metadata = String(changes);
        const said = await library.send(JSON.stringify({ op: "setMetadata", id, metadata }));
        const made = { op: "create", id: `n${changes}`, bigData: [{ key: "k", base64: "YQ==" }] };
        const create = await library.send(JSON.stringify(made));
        const remove = await library.send(JSON.stringify({ op: "delete", id: `n${changes - 2}` }));
        for (const reply of [set, said, create, ...(changes < 2 ? [] : [remove])]) {
          expect(reply).toContain('"ok":true');
        }
      }
    })();
    try {
      for (let round = 0; round < 8; round += 1) {
        const { bytes, result } = await exported(from);
        expect(result.missing).toEqual([]);
        await to.store.import([bytes], { onConflict: "replace" });
        expect(await to.store.check()).toEqual([]);
      }
    } finally {
      isOver = true;
      await writing;
    }
    expect(changes).toBeGreaterThan(0);
    expect(await from.check()).toEqual([]);
  });
});
