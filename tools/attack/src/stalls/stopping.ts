import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import { type SeededRandom, temporaryFolder } from "@stowage/test-kit";
import { Child } from "../child.ts";

export interface StoppingOptions {
  readonly random: SeededRandom;
  readonly lock: "kernel" | "portable";
  readonly stops: number;
}

export interface StoppingFigures {
  readonly stops: number;
  /** Containers that the stopped program made, and that it was told it did not. */
  readonly made: number;
  readonly refused: number;
  /** Stops after which another could write only when the stopped one's lock had gone stale. */
  readonly takenOver: number;
  readonly violations: readonly string[];
}

/**
 * Stops a writer at random moments (SIGSTOP), lets another save, and lets the first go on. Under portable locks the
 * other takes over what has gone stale; under kernel locks it goes on only when it was not held.
 */
export async function attackByStopping({ random, lock, stops }: StoppingOptions): Promise<StoppingFigures> {
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  const lockFile = await openLockFile(path.join(dir, "containers.lock"), { protocol: lock, stale: 2_000 });
  await using store = await openContainerStore({ dir, lock });
  const writer = await Child.start("stalls/writer.ts", dir, lock);
  const ours: string[] = [];
  let takenOver = 0;
  let said: string;
  try {
    for (let stop = 0; stop < stops; stop += 1) {
      await pause(random.integer(120));
      writer.signal("SIGSTOP");
      const begun = performance.now();
      const write = store.create({ id: `other${stop}` });
      if (lock === "kernel") {
        await Promise.race([write, pause(100)]);
        writer.signal("SIGCONT");
      }
      await write;
      ours.push(`other${stop}`);
      if (performance.now() - begun > 1_000) takenOver += 1;
      writer.signal("SIGCONT");
    }
  } finally {
    writer.signal("SIGCONT");
    said = await writer.finish();
    await lockFile.close();
  }
  const violations: string[] = [];
  const made = [...said.matchAll(/^done (\w+)$/gm)].map(([, id = ""]) => id);
  const refused = [...said.matchAll(/^failed (\w+) (\S+)$/gm)].map(([, id = "", code = ""]) => ({
    id,
    code,
  }));
  await using fresh = await openContainerStore({ dir, lock });
  const ids = new Set((await fresh.list()).map(({ id }) => id));
  for (const id of [...ours, ...made])
    if (!ids.has(id)) violations.push(`${id} was acknowledged, and is missing`);
  for (const { id, code } of refused) {
    if (ids.has(id)) violations.push(`${id} is there, although it failed with ${code}`);
    if (code !== "ERR_LOCK_COMPROMISED") violations.push(`${id} failed with ${code}`);
  }
  for (const id of made) {
    const item = Buffer.from(await fresh.bigData(id, "item")).toString();
    if (item !== `item of ${id}`) violations.push(`${id} has ${item}`);
  }
  if (ids.size !== new Set([...ours, ...made]).size) violations.push(`there are ${ids.size} containers`);
  return { stops, made: made.length, refused: refused.length, takenOver, violations };
}
