import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openLockFile } from "@stowage/lockfile";
import { type Container, type ContainerStore, openContainerStore } from "@stowage/store";
import { type SeededRandom, temporaryFolder } from "@stowage/test-kit";
import { Child } from "../child.ts";
import { digestOf } from "../power-loss/plan.ts";
import { contentAt, metadataAt, nothingSaid, readSaid, type Said } from "./changes.ts";

export interface KillOptions {
  readonly random: SeededRandom;
  readonly kills: number;
  readonly lock: "kernel" | "portable";
}

export interface KillFigures {
  readonly kills: number;
  /** Changes that were acknowledged before the kills, and were all looked for after each. */
  readonly acknowledged: number;
  /** Changes that a kill met halfway: there afterwards, or not. */
  readonly cutDone: number;
  readonly cutUndone: number;
  /** What a reader and a writer beside it did meanwhile. */
  readonly readerTurns: number;
  readonly writerTurns: number;
  readonly violations: readonly string[];
}

/** Kills a writer at random moments, while others read and write, and looks for every acknowledged change. */
export async function attackByKilling({ random, kills, lock }: KillOptions): Promise<KillFigures> {
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  const lockFile = await openLockFile(path.join(dir, "containers.lock"), { protocol: lock, stale: 2_000 });
  await using store = await openContainerStore({ dir, lock });
  const bystanders = [await startBystander(dir, lock, "read"), await startBystander(dir, lock, "write")];
  const violations: string[] = [];
  let [acknowledged, cutDone, cutUndone] = [0, 0, 0];
  let said = nothingSaid;
  for (let kill = 1; kill <= kills; kill += 1) {
    const before = said.acknowledged;
    said = await runAndKill(dir, lock, random.integer(500), said);
    acknowledged += said.acknowledged - before;
    const found = await judge(await store.list(), store, said);
    violations.push(...found.violations.map((each) => `after kill ${kill}: ${each}`));
    if (said.begun === said.acknowledged) continue;
    if (found.cutIsDone) {
      cutDone += 1;
      said = { ...said, acknowledged: said.begun };
    } else cutUndone += 1;
  }
  const [reader, writer] = await Promise.all(bystanders.map((each) => endBystander(each)));
  violations.push(
    ...[...(reader?.failures ?? []), ...(writer?.failures ?? [])].map((each) => `beside: ${each}`),
  );
  await lockFile.close();
  const turns = { readerTurns: reader?.turns ?? 0, writerTurns: writer?.turns ?? 0 };
  return { kills, acknowledged, cutDone, cutUndone, ...turns, violations };
}

const ID = "killed";

/** @param after milliseconds that it has, counted from its being ready */
async function runAndKill(dir: string, lock: string, after: number, before: Said): Promise<Said> {
  const first = before.begun > before.acknowledged ? before.begun : before.begun + 1;
  const writer = await Child.start("kill/writer.ts", dir, lock, ID, String(first));
  await pause(after);
  return readSaid(await writer.kill(), before);
}

const startBystander = (dir: string, lock: string, role: string): Promise<Child> =>
  Child.start("kill/bystander.ts", dir, lock, "beside", role);

async function endBystander(child: Child): Promise<{ turns: number; failures: string[] }> {
  return JSON.parse(await child.finish()) as { turns: number; failures: string[] };
}

async function judge(
  containers: readonly Container[],
  store: ContainerStore,
  said: Said,
): Promise<{ violations: string[]; cutIsDone: boolean }> {
  const violations: string[] = [];
  let cutIsDone = false;
  const cut = said.begun > said.acknowledged ? said.begun : undefined;
  const byId = new Map(containers.map((container) => [container.id, container]));
  const killed = byId.get(ID);
  if (killed === undefined) return { violations: ["the container is missing"], cutIsDone };
  const last = (kind: number): number => {
    for (let change = said.acknowledged; change >= 0; change -= 1) if (change % 3 === kind) return change;
    return -1;
  };

  if (cut !== undefined && cut % 3 === 0 && killed.metadata === metadataAt(cut)) cutIsDone = true;
  else if (killed.metadata !== metadataAt(last(0)))
    violations.push(`it has ${killed.metadata}, not ${last(0)}`);

  const recorded = killed.bigDataDigests.get("item");
  const old = last(1) < 0 ? undefined : digestOf(contentAt(last(1)));
  const next = cut !== undefined && cut % 3 === 1 ? digestOf(contentAt(cut)) : undefined;
  if (next !== undefined && recorded === next) cutIsDone = true;
  else if (recorded !== old)
    violations.push(`its item is recorded as ${recorded}, not as that of ${last(1)}`);
  if (recorded !== undefined) {
    const content = digestOf(await store.bigData(ID, "item"));
    if (content !== recorded) violations.push(`its item is ${content}, recorded as ${recorded}`);
  }

  for (let change = 2; change <= said.begun; change += 3) {
    const id = `${ID}-${change}`;
    const there = byId.has(id);
    if (said.deleted.has(change) && there) violations.push(`${id} was deleted, and is there`);
    if (said.deleting.has(change)) continue;
    if (!there && change !== cut) violations.push(`${id} is missing`);
    if (!there) continue;
    if (change === cut) cutIsDone = true;
    const content = digestOf(await store.bigData(id, "item"));
    if (content !== digestOf(contentAt(change))) violations.push(`${id} has other data`);
  }
  return { violations, cutIsDone };
}
