import { createHash, randomBytes } from "node:crypto";
import type { LockFile } from "@stowage/lockfile";
import type { Container, ContainerStore } from "@stowage/store";
import { type SeededRandom } from "@stowage/test-kit";
import { countUp } from "./counter.ts";
import type { Tally } from "./tally.ts";
import type { Believed, Gone } from "./report.ts";

export interface Bench {
  readonly store: ContainerStore;
  readonly lock: LockFile;
  /** The file of `countUp`. */
  readonly counter: string;
  readonly tally: Tally;
  readonly volatilePercent: number;
  /** Bytes of the largest item. */
  readonly largest: number;
}

/** One task of a hammer. It owns containers that nobody else changes, so that it knows what they must be. */
export class Worker {
  readonly live: Believed[] = [];
  readonly dead: Gone[] = [];
  readonly #bench: Bench;
  readonly #number: number;
  readonly #random: SeededRandom;

  constructor(bench: Bench, number: number, random: SeededRandom) {
    this.#bench = bench;
    this.#number = number;
    this.#random = random;
  }

  async round(round: number): Promise<void> {
    await this.#write(round);
    for (let reads = 0; reads < 3; reads += 1) await this.#read();
    const { tally, lock, counter } = this.#bench;
    await tally.untilDone("count", () => countUp(lock, counter));
  }

  /** A change to a container; what was refused must not be there, so that is looked for before it is tried again. */
  async #change(what: string, believed: Believed, change: () => Promise<unknown>): Promise<boolean> {
    const refused = async (mayBeDone: boolean): Promise<undefined> => {
      const found = await this.#find(believed);
      // Made again it must come to the same, whether it was done or not.
      if (found !== undefined && !mayBeDone) this.#mustBe(believed, found, `after a refused ${what}`);
    };
    return (await this.#bench.tally.untilDone(what, change, refused)) !== undefined;
  }

  async #write(round: number): Promise<void> {
    const { store, tally } = this.#bench;
    const name = `p${process.pid}-w${this.#number}-${round}`;
    const metadata = JSON.stringify({ owner: process.pid, worker: this.#number, round });
    const data = randomBytes(this.#random.integer(100));
    const withData = this.#random.chance();
    const options = {
      names: [name],
      image: randomBytes(32).toString("hex"),
      layer: randomBytes(32).toString("hex"),
      metadata,
      volatile: this.#random.integer(100) < this.#bench.volatilePercent,
      bigData: withData ? [{ key: "made.json", data }] : [],
    };
    // One that was refused and is there all the same keeps the name, and is nobody's at the end.
    const create = (): Promise<Container> => store.create(options);
    const container = await tally.untilDone("create", create, async (mayBeDone) =>
      mayBeDone
        ? (await tally.untilDone("find", async () => ({ found: await store.find(name) })))?.found
        : undefined,
    );
    if (container === undefined) return;
    const bigData: Record<string, string> = withData ? { "made.json": digestOf(data) } : {};
    const believed: Believed = { id: container.id, names: [name], metadata, bigData };
    this.live.push(believed);
    await this.#rename(believed, name);
    for (let items = this.#random.integer(3); items > 0; items -= 1) {
      const key = this.#random.pick(["plain.json", "Mixed Case/Key"]);
      const bytes = randomBytes(1 + this.#random.integer(this.#bench.largest));
      const set = (): Promise<unknown> => store.setBigData(believed.id, key, bytes).then(() => true);
      if (await this.#change("setBigData", believed, set)) bigData[key] = digestOf(bytes);
    }
    if (round % 2 === 1) await this.#delete();
  }

  async #rename(believed: Believed, name: string): Promise<void> {
    const { store } = this.#bench;
    const { id } = believed;
    const alias = `${name}-alias`;
    switch (this.#random.integer(3)) {
      case 0: {
        const next = [`${name}-renamed`];
        if (await this.#change("setNames", believed, () => store.setNames(id, next))) believed.names = next;
        return;
      }
      case 1: {
        if (await this.#change("addNames", believed, () => store.addNames(name, [alias])))
          believed.names = [alias, name];
        if (await this.#change("removeNames", believed, () => store.removeNames(alias, [name])))
          believed.names = [alias];
        return;
      }
      default: {
        const next = `${believed.metadata} changed`;
        const set = (): Promise<unknown> => store.setMetadata(id.slice(0, 20), next);
        if (await this.#change("setMetadata", believed, set)) believed.metadata = next;
      }
    }
  }

  async #delete(): Promise<void> {
    const { store, tally } = this.#bench;
    const victim = this.#random.pick(this.live);
    const remove = (): Promise<true> => store.delete(victim.id).then(() => true);
    const refused = async (mayBeDone: boolean): Promise<true | undefined> => {
      const isThere = mayBeDone ? await tally.untilDone("exists", () => store.exists(victim.id)) : true;
      if (isThere === false) return true;
      await this.#find(victim);
      return undefined;
    };
    if ((await tally.untilDone("delete", remove, refused)) !== true) return;
    this.live.splice(this.live.indexOf(victim), 1);
    this.dead.push({ id: victim.id, names: victim.names });
  }

  async #read(): Promise<void> {
    const { store, tally } = this.#bench;
    const mine = this.live.length === 0 ? undefined : this.#random.pick(this.live);
    const gone = this.dead.length === 0 ? undefined : this.#random.pick(this.dead);
    switch (this.#random.integer(3)) {
      case 0: {
        const all = await tally.untilDone("list", () => store.list());
        for (const problem of twiceIn(all ?? [])) tally.violated(problem);
        return;
      }
      case 1: {
        const found = mine && (await this.#find(mine));
        if (mine === undefined || found === undefined) return;
        this.#mustBe(mine, found, "when read");
        await this.#compareData(mine);
        return;
      }
      default: {
        if (gone === undefined) return;
        for (const ref of [gone.id, ...gone.names]) {
          const isThere = await tally.untilDone("exists", () => store.exists(ref));
          if (isThere === true) tally.violated(`deleted ${gone.id} is back as ${ref}`);
        }
      }
    }
  }

  async #find(believed: Believed): Promise<Container | undefined> {
    const { store, tally } = this.#bench;
    // Wrapped, so that an operation that failed is told from one that found nothing.
    const answer = await tally.untilDone("find", async () => ({ found: await store.find(believed.id) }));
    if (answer !== undefined && answer.found === undefined)
      tally.violated(`acknowledged ${believed.id} is gone`);
    return answer?.found;
  }

  #mustBe(believed: Believed, found: Container, when: string): void {
    const bigData = Object.fromEntries(found.bigDataDigests);
    const now = { id: found.id, names: found.names, metadata: found.metadata, bigData };
    const is = JSON.stringify({ ...now, bigData: Object.entries(bigData).sort() });
    const must = JSON.stringify({ ...believed, bigData: Object.entries(believed.bigData).sort() });
    if (is !== must) this.#bench.tally.violated(`${when} it is ${is}, must be ${must}`);
  }

  async #compareData(believed: Believed): Promise<void> {
    const { store, tally } = this.#bench;
    for (const [key, digest] of Object.entries(believed.bigData)) {
      const data = await tally.untilDone("bigData", () => store.bigData(believed.id, key));
      if (data === undefined || digestOf(data) === digest) continue;
      tally.violated(`${believed.id}/${key} has other bytes than its digest says`);
    }
  }
}

function twiceIn(all: readonly Container[]): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  const names = new Map<string, string>();
  for (const container of all) {
    if (ids.has(container.id)) problems.push(`${container.id} is listed twice`);
    ids.add(container.id);
    for (const name of container.names) {
      const holder = names.get(name);
      if (holder !== undefined) problems.push(`${name} is held by ${holder} and ${container.id}`);
      names.set(name, container.id);
    }
  }
  return problems;
}

const digestOf = (data: Uint8Array): string => `sha256:${createHash("sha256").update(data).digest("hex")}`;
