import { type FileHandle, open, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { type ContainerStore, openContainerStore } from "@stowage/store";
import { type Found, mountExt4, mountTmpfs, temporaryFolder } from "@stowage/test-kit";
import { BatchProgram, type NthCall } from "../faults/batch-program.ts";
import { pathsOf } from "../faults/aim.ts";
import { stateOf } from "../faults/state.ts";
import { ageLock } from "../stalls/age-lock.ts";
import { Ballast } from "./ballast.ts";
import { BEARER, type DeletionOptions, type FullDiskDeletion } from "./deletions.ts";

type Lock = "kernel" | "portable";

/** What a killed writer may leave for `gc`. */
export const LEFTOVERS: ReadonlySet<string> = new Set(["CHECK_FOLDER_SET_ASIDE", "CHECK_FILE_TEMPORARY"]);

/** Records of which each makes the file some pages long, and has no part in `stateOf`. */
const flags = { ballast: "f".repeat(12 * 1024) };
const item = (letter: string, size: number): Buffer => Buffer.alloc(size, letter);
const ITEMS = ["config.json", "=TXlEYXRh"];

/** What the store is before the deletion, and after it. */
export interface States {
  readonly before: string;
  readonly after: string;
}

/** One system call of a deletion; each process has threads of its own. */
export interface Point extends Pick<NthCall, "call" | "nth"> {
  readonly isMain: boolean;
}

export const nameOf = ({ name }: FullDiskDeletion, { call, nth, isMain }: Point): string =>
  `${name}, ${call} ${nth} of the ${isMain ? "main thread" : "pool"}`;

/** A store on a disk that is full, and the built program that deletes there. */
export class DeletionBench {
  readonly dir: string;
  readonly lock: Lock;
  readonly #scratch: string;
  readonly #ballast: Ballast;
  readonly #handles: FileHandle[] = [];
  readonly #pools = new WeakMap<BatchProgram, number>();

  private constructor(root: string, scratch: string, lock: Lock) {
    this.dir = path.join(root, "store");
    this.lock = lock;
    this.#scratch = scratch;
    this.#ballast = new Ballast(root);
  }

  /** Works with a bench on a small disk of its own. */
  static async with<T>(
    { lock, disk: kind = "tmpfs" }: Pick<DeletionOptions, "lock" | "disk">,
    work: (bench: DeletionBench) => Promise<T>,
  ): Promise<Found<T>> {
    const mounted = await (kind === "tmpfs" ? mountTmpfs(512 * 1024) : mountExt4(1024 * 1024));
    if (mounted.found === undefined) return mounted;
    await using disk = mounted.found;
    await using scratch = await temporaryFolder();
    const bench = new DeletionBench(disk.path, scratch.path, lock);
    try {
      return { found: await work(bench), reason: undefined };
    } finally {
      await bench.makeRoom();
    }
  }

  startProgram(): Promise<BatchProgram> {
    const paths = pathsOf({ dir: this.dir, lock: this.lock }, [BEARER, "volatile", "kept"], ITEMS);
    return BatchProgram.start(this, paths, path.join(this.#scratch, "log"));
  }

  openStore(): Promise<ContainerStore> {
    return openContainerStore({ dir: this.dir, lock: this.lock });
  }

  /** A fresh store on a disk without a free page. */
  async prepare({ frees }: FullDiskDeletion): Promise<void> {
    await this.makeRoom();
    await ageLock(this.dir);
    {
      await using store = await this.openStore();
      await store.wipe();
      await store.gc({ minAge: 0 });
      const bigData = [
        { key: "config.json", data: item("c", 60 * 1024) },
        { key: "MyData", data: item("d", 20 * 1024) },
      ];
      await store.create({ id: BEARER, names: ["www"], flags, bigData });
      await store.create({
        id: "volatile",
        volatile: true,
        flags,
        bigData: [{ key: "config.json", data: item("v", 24 * 1024) }],
      });
      await store.create({ id: "kept", flags, bigData: [{ key: "config.json", data: "kept" }] });
    }
    if (!frees) await this.#hold();
    await this.#ballast.leave(0);
  }

  /** Keeps the items open, so that removing them frees nothing. */
  async #hold(): Promise<void> {
    for (const id of [BEARER, "volatile"]) {
      for (const name of await readdir(path.join(this.dir, id)))
        this.#handles.push(await open(path.join(this.dir, id, name)));
    }
  }

  async makeRoom(): Promise<void> {
    for (const handle of this.#handles.splice(0)) await handle.close();
    await this.#ballast.drop();
  }

  state(): Promise<string> {
    return stateOf({ dir: this.dir });
  }

  async states(deletion: FullDiskDeletion): Promise<States> {
    await this.prepare(deletion);
    const before = await this.state();
    await this.makeRoom();
    await using store = await this.openStore();
    if (deletion.request.op === "wipe") await store.wipe();
    else await store.delete(BEARER);
    return { before, after: await this.state() };
  }

  /** Every system call of the deletion. */
  async pointsOf(program: BatchProgram, deletion: FullDiskDeletion): Promise<Point[]> {
    await this.prepare(deletion);
    const calls = await program.callsOf(deletion.request);
    return calls.flatMap(({ call, thread, count }) =>
      Array.from({ length: count }, (_, at) => ({ call, nth: at + 1, isMain: thread === program.pid })),
    );
  }

  /** Once the store is prepared. */
  async threadOf(program: BatchProgram, { isMain }: Point): Promise<number> {
    // Also of a new program whose pool does not matter: so it has started.
    const pool =
      this.#pools.get(program) ??
      (await program.poolThread({ op: "bigData", id: "kept", key: "config.json" }));
    this.#pools.set(program, pool);
    return isMain ? program.pid : pool;
  }

  /** What is wrong with the store, which is to be in that state: first while the disk is full, then with room. */
  async problems(state: string, mayBeLeft: ReadonlySet<string> = LEFTOVERS): Promise<string[]> {
    const problems: string[] = [];
    await this.#look(state, mayBeLeft, problems).catch((error: unknown) => problems.push(String(error)));
    return problems;
  }

  async #look(state: string, mayBeLeft: ReadonlySet<string>, problems: string[]): Promise<void> {
    const assertState = async (when: string): Promise<void> => {
      const now = await this.state();
      if (now !== state) problems.push(`${when} it is ${now}; it was ${state}`);
    };
    // Whoever may write brings what was begun into the records, as far as there is room.
    await (await this.openStore()).close();
    await assertState("opened on the full disk");
    await this.makeRoom();
    await using store = await this.openStore();
    await store.list();
    await assertState("opened with room");
    const listed = (await store.list()).map(({ id }) => id).sort();
    const recorded = (await this.#recorded()).sort();
    if (recorded.join() !== listed.join())
      problems.push(`the files have ${recorded.join()}, it ${listed.join()}`);
    for (const { code, message } of await store.check({ data: true }))
      if (!mayBeLeft.has(code)) problems.push(`check finds ${code}: ${message}`);
    await store.gc({ minAge: 0 });
    for (const { code, message } of await store.check({ data: true }))
      problems.push(`after gc check finds ${code}: ${message}`);
    const left = (await readdir(this.dir, { recursive: true })).filter((name) =>
      /(^|\/)\.(tmp|stowage)-/.test(name),
    );
    if (left.length > 0) problems.push(`after gc there are ${left.join(", ")}`);
  }

  /** Ids that a program finds in the files that knows no tombstone. */
  async #recorded(): Promise<string[]> {
    const ids: string[] = [];
    for (const name of ["containers.json", "volatile-containers.json"]) {
      const text = await readFile(path.join(this.dir, name), "utf8").catch(() => "[]");
      ids.push(...(JSON.parse(text) as { id: string }[]).map(({ id }) => id));
    }
    return ids;
  }

  async startOver(): Promise<void> {
    await this.makeRoom();
    await rm(this.dir, { recursive: true, force: true });
  }
}
