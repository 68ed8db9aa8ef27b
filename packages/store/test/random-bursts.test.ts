import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { maskCreated, outcomeIn } from "@stowage/fixtures";
import { seededRandom, type SeededRandom } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { StowageError } from "../src/index.ts";
import { driveOurs } from "./support/drive-ours.ts";
import { quickFolder } from "./support/quick-folder.ts";
import { pools } from "./support/random-pools.ts";
import { Requests } from "./support/random-requests.ts";
import { isSameReply } from "./support/replies.ts";
import { openSound } from "./support/sound.ts";

const SEQUENCES = process.env["STOWAGE_LONG"] === "1" ? 500 : 25;
const STEPS = 120;
const BURSTS = process.env["STOWAGE_LONG"] === "1" ? 5_000 : 150;
/** What a call may be told when others were quicker. */
const MAY_BE = new Set([
  ...[
    "ERR_CONTAINER_UNKNOWN",
    "ERR_DUPLICATE_ID",
    "ERR_BIG_DATA_NOT_FOUND",
    "ERR_INVALID_BIG_DATA_NAME",
    "ERR_IO",
  ],
]);

/** Calls that are put in the queue at once, so that what comes first is done first. */
const QUEUED = new Set([
  ...[
    "create",
    "delete",
    "wipe",
    "setNames",
    "addNames",
    "removeNames",
    "setMetadata",
    "setFlag",
    "clearFlag",
  ],
]);

interface Asked {
  readonly line: string;
  readonly reply: string;
}

/** One request after the other: what must come out. */
async function oneByOne(random: SeededRandom, dir: string): Promise<Asked[]> {
  await using opened = await openSound({ dir });
  const { store } = opened;
  const asked: Asked[] = [];
  const ask = async (line: string): Promise<void> => {
    asked.push({ line, reply: await driveOurs(store, line) });
  };
  const requests = new Requests(random, pools(random));
  for (const { line } of requests.beginning()) await ask(line);
  for (let count = 0; count < STEPS; count += 1) await ask(requests.next(await store.list(), new Set()).line);
  await ask('{"op":"list"}');
  return asked;
}

function isQueued(line: string): boolean {
  const { op, bigData = [] } = JSON.parse(line) as { op: string; bigData?: unknown[] };
  return QUEUED.has(op) && bigData.length === 0;
}

/** As many at once as can be told apart; resolves to how many saves it took. */
async function inBursts(asked: readonly Asked[], dir: string): Promise<number> {
  await using opened = await openSound({ dir });
  const replies: Promise<string>[] = [];
  for (const { line } of asked) {
    const isOne = !isQueued(line);
    if (isOne) await Promise.all(replies);
    replies.push(driveOurs(opened.store, line));
    if (isOne) await replies.at(-1);
  }
  const all = await Promise.all(replies);
  asked.forEach(({ line, reply }, index) => {
    const [expected, got] = [reply, all[index] ?? ""].map(maskCreated) as [string, string];
    if (!isSameReply(expected, got)) expect.fail(`request ${index}: ${line}\n${expected}\n${got}`);
  });
  return opened.memory.counters.saves;
}

it(
  `operations that come together do what they do one by one: ${SEQUENCES} sequences`,
  { timeout: 600_000 },
  async () => {
    const random = seededRandom();
    let [requests, saves] = [0, 0];
    for (let sequence = 0; sequence < SEQUENCES; sequence += 1) {
      await using folder = await quickFolder();
      const [first, second] = ["first", "second"].map((name) => path.join(folder.path, name)) as [
        string,
        string,
      ];
      for (const parent of [first, second]) await mkdir(parent);
      const asked = await oneByOne(random, path.join(first, "store"));
      saves += await inBursts(asked, path.join(second, "store"));
      requests += asked.length;
      const fixture = { transient: false, createdMasked: true };
      expect(await outcomeIn(second, fixture)).toEqual(await outcomeIn(first, fixture));
    }
    console.log(`${requests} requests, in ${saves} saves when they came together`);
    expect(saves).toBeLessThan(requests / 2);
  },
);

it("items that come and go together end with a sound store", { timeout: 600_000 }, async () => {
  const random = seededRandom();
  await using folder = await quickFolder();
  await using opened = await openSound({ dir: folder.path });
  await using other = await openSound({ dir: folder.path });
  const ids = ["a", "b", "c"];
  const keys = ["k", "MyData", "???", "????>>>", "a/"];
  let [done, refused] = [0, 0];
  const tried = async (work: Promise<unknown>): Promise<void> => {
    await work.then(
      () => (done += 1),
      (error: unknown) => {
        if (!(error instanceof StowageError) || !MAY_BE.has(error.code)) throw error;
        refused += 1;
      },
    );
  };
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const calls = Array.from({ length: 1 + random.integer(12) }, () => {
      const { store } = random.chance(0.8) ? opened : other;
      const [id, key] = [random.pick(ids), random.pick(keys)];
      const data = `${burst} ${random.integer(1000)}`;
      switch (random.integer(6)) {
        case 0:
          return store.delete(id);
        case 1:
        case 2:
          return store.create({ id, bigData: [{ key, data }], volatile: random.chance(0.3) });
        case 3:
          return store.bigData(id, key);
        case 4:
          return random.chance(0.1) ? store.wipe() : store.setMetadata(id, data);
        default:
          return store.setBigData(id, key, data);
      }
    });
    await Promise.all(calls.map(tried));
    expect(await opened.store.check(), `burst ${burst}`).toEqual([]);
    const folders = (await readdir(folder.path)).filter((name) => !name.includes("containers."));
    const known = (await opened.store.list()).map(({ id }) => id);
    expect(
      known.filter((id) => !folders.includes(id)),
      `burst ${burst}`,
    ).toEqual([]);
    expect(
      folders.filter((id) => !known.includes(id)),
      `burst ${burst}`,
    ).toEqual([]);
  }
  console.log(`${done} calls done, ${refused} refused, in ${BURSTS} bursts`);
});
