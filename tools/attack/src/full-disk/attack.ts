import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { type ContainerStore, openContainerStore, StowageError } from "@stowage/store";
import { type Found, mountTmpfs } from "@stowage/test-kit";
import { digestOf } from "../power-loss/plan.ts";
import { Ballast } from "./ballast.ts";

export interface FullDiskOptions {
  /** Free pages are tried from 0 up to this many, in steps. */
  readonly mostPages: number;
  readonly step: number;
}

export interface FullDiskFigures {
  /** Operations that were tried on a disk that was nearly full. */
  readonly tried: number;
  readonly refused: number;
  readonly fitted: number;
  /** Deletions on a disk without a free page, and the pages that they freed. */
  readonly deletions: number;
  readonly pagesFreed: number;
  readonly violations: readonly string[];
}

type Operation = (store: ContainerStore) => Promise<unknown>;

/** Records of 40 KiB and items of 24 KiB: their saves pass through every number of free pages. */
const METADATA = "m".repeat(20 * 1024);
const item = (letter: string): Buffer => Buffer.alloc(24 * 1024, letter);

const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: (store) => store.create({ id: "new", names: ["new"], bigData: [{ key: "item", data: item("n") }] }),
  "set metadata": (store) => store.setMetadata("one", `${METADATA}longer`),
  "replace an item": (store) => store.setBigData("one", "item", item("r")),
  "take a name across the files": (store) => store.setNames("two", ["first"], { onConflict: "steal" }),
};

/** Tries each operation on a small file system with every number of free pages. */
export async function attackFullDisk(options: FullDiskOptions): Promise<Found<FullDiskFigures>> {
  const mounted = await mountTmpfs(512 * 1024);
  if (mounted.found === undefined) return mounted;
  await using disk = mounted.found;
  const bench = new Bench(disk.path);
  for (let pages = 0; pages <= options.mostPages; pages += options.step) {
    for (const [name, operation] of Object.entries(OPERATIONS)) await bench.attempt(name, operation, pages);
    await bench.deleteWithout(pages);
  }
  return { found: bench.figures, reason: undefined };
}

class Bench {
  readonly figures = {
    ...{ tried: 0, refused: 0, fitted: 0, deletions: 0, pagesFreed: 0 },
    violations: [] as string[],
  };
  readonly #root: string;
  readonly #dir: string;
  readonly #ballast: Ballast;

  constructor(root: string) {
    this.#root = root;
    this.#dir = path.join(root, "store");
    this.#ballast = new Ballast(root);
  }

  async attempt(name: string, operation: Operation, pages: number): Promise<void> {
    await this.#prepare();
    await using store = await openContainerStore({ dir: this.#dir });
    const before = await state(store);
    await this.#ballast.leave(pages);
    this.figures.tried += 1;
    const where = `${name} with ${pages} free pages`;
    const error: unknown = await operation(store).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const memory = await state(store);
    const disk = await this.#stateOnDisk();
    if (memory !== disk) this.#violated(`${where}: the memory is ${memory}, the disk ${disk}`);
    const left = (await readdir(this.#dir, { recursive: true })).filter((each) => /(^|\/)\.tmp-/.test(each));
    if (left.length > 0) this.#violated(`${where}: left behind ${left.join(", ")}`);
    if (error === undefined) {
      this.figures.fitted += 1;
      if (disk === before) this.#violated(`${where}: it was acknowledged, and not done`);
      return;
    }
    this.figures.refused += 1;
    if (!(error instanceof StowageError) || error.code !== "ERR_NO_SPACE") {
      this.#violated(`${where}: ${error instanceof Error ? error.message : "what was thrown is no error"}`);
    }
    if (disk !== before) this.#violated(`${where}: it failed, and left ${disk}`);
    await this.#ballast.drop();
    await operation(store).catch((again: unknown) =>
      this.#violated(`${where}, with space: ${String(again)}`),
    );
  }

  async deleteWithout(pages: number): Promise<void> {
    await this.#prepare();
    await using store = await openContainerStore({ dir: this.#dir });
    await this.#ballast.leave(pages);
    const before = await this.#ballast.freePages();
    this.figures.deletions += 1;
    try {
      await store.delete("one");
    } catch (error) {
      this.#violated(`delete with ${pages} free pages: ${String(error)}`);
    }
    const after = await this.#ballast.freePages();
    this.figures.pagesFreed += after - before;
    if (after <= before) this.#violated(`delete with ${pages} free pages freed nothing`);
    if ((await this.#stateOnDisk()).includes('"one"')) this.#violated("what was deleted is there");
  }

  #violated(what: string): void {
    this.figures.violations.push(what);
  }

  async #prepare(): Promise<void> {
    for (const name of await readdir(this.#root)) await rm(path.join(this.#root, name), { recursive: true });
    await using store = await openContainerStore({ dir: this.#dir });
    const bigData = [{ key: "item", data: item("o") }];
    await store.create({ id: "one", names: ["first"], metadata: METADATA, bigData });
    await store.create({ id: "two", volatile: true, metadata: METADATA });
  }

  async #stateOnDisk(): Promise<string> {
    await using store = await openContainerStore({ dir: this.#dir, readOnly: true });
    return await state(store);
  }
}

async function state(store: ContainerStore): Promise<string> {
  const found: unknown[] = [];
  for (const { id, names, metadata, bigDataNames, bigDataDigests } of await store.list()) {
    const items: string[] = [];
    for (const key of bigDataNames) {
      const digest = digestOf(await store.bigData(id, key));
      items.push(
        `${key} ${digest.slice(7, 15)}${bigDataDigests.get(key) === digest ? "" : ", recorded otherwise"}`,
      );
    }
    found.push({ id, names, metadata: metadata.length, items });
  }
  return JSON.stringify(found.map((each) => JSON.stringify(each)).sort());
}
