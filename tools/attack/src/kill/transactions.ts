import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openLockFile } from "@stowage/lockfile";
import { type ContainerStore, openContainerStore, StowageError } from "@stowage/store";
import { peer, PeerDrive, type SeededRandom, temporaryFolder } from "@stowage/test-kit";
import { Child } from "../child.ts";
import { digestOf } from "../power-loss/plan.ts";
import { contentAt, COUNTER, CURRENT, idAt, nothingSaid, readSaid } from "./changes.ts";

export interface TransactionKillOptions {
  readonly random: SeededRandom;
  readonly kills: number;
  readonly lock: "kernel" | "portable";
}

export interface TransactionKillFigures {
  readonly kills: number;
  readonly acknowledged: number;
  /** Transactions that a kill met halfway: wholly there afterwards, or wholly not. */
  readonly cutDone: number;
  readonly cutUndone: number;
  /** Changes that the real library made meanwhile. */
  readonly libraryChanges: number;
  readonly violations: readonly string[];
}

/**
 * Kills a writer of transactions at random moments, while the real library writes to the same store, and looks whether
 * each transaction is wholly there or wholly not, for us and for the library.
 *
 * The library is stopped from before the kill until we have looked once: what it writes between the two is the one case
 * in which a change of several files may stay half done (decision 5).
 */
export async function attackTransactions(options: TransactionKillOptions): Promise<TransactionKillFigures> {
  const { random, kills, lock } = options;
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  const lockFile = await openLockFile(path.join(dir, "containers.lock"), { protocol: lock, stale: 2_000 });
  await using store = await openContainerStore({ dir, lock });
  await store.create({ id: COUNTER, metadata: "-1" });
  const violations: string[] = [];
  await using library = lock === "kernel" ? Library.start(dir) : undefined;
  let [acknowledged, cutDone, cutUndone] = [0, 0, 0];
  let said = nothingSaid;
  for (let kill = 1; kill <= kills; kill += 1) {
    const before = said.acknowledged;
    const writer = await Child.start("kill/transaction-writer.ts", dir, lock, String(before + 1));
    await pause(random.integer(400));
    library?.stop();
    said = readSaid(await writer.kill(), { ...said, begun: before });
    acknowledged += said.acknowledged - before;
    await lookFirst(store, library);
    library?.goOn();
    const there = await judge(store, library, said, (text) => violations.push(`after kill ${kill}: ${text}`));
    if (said.begun === said.acknowledged) continue;
    if (there === said.begun) cutDone += 1;
    else cutUndone += 1;
    said = { ...said, acknowledged: there };
  }
  if (library !== undefined) violations.push(...(await library.end()));
  await lockFile.close();
  const libraryChanges = library?.changes ?? 0;
  return { kills, acknowledged, cutDone, cutUndone, libraryChanges, violations };
}

/** A library that was stopped with the lock has let nobody else begin: then there is nothing half done. */
async function lookFirst(store: ContainerStore, library: Library | undefined): Promise<void> {
  try {
    await store.list(library === undefined ? {} : { timeout: 500 });
  } catch (error) {
    if (!(error instanceof StowageError) || error.code !== "ERR_LOCK_TIMEOUT") throw error;
  }
}

/** Which transaction is the last that is there; all that it did must be, and nothing of any other. */
async function judge(
  store: ContainerStore,
  library: Library | undefined,
  { begun, acknowledged }: { readonly begun: number; readonly acknowledged: number },
  wrong: (text: string) => void,
): Promise<number> {
  const snapshot = await store.snapshot();
  const counter = snapshot.get(COUNTER);
  const there = Number(counter.metadata);
  if (there !== acknowledged && there !== begun) wrong(`${there} is there, ${acknowledged} was acknowledged`);
  if (there < 0) return there;
  const made = snapshot.list().filter(({ id }) => id.startsWith(idAt(0).slice(0, -1)));
  if (made.map(({ id }) => id).join() !== idAt(there))
    wrong(`of ${there}: made are ${made.map(({ id }) => id).join()}`);
  const holder = snapshot.find(CURRENT)?.id;
  if (holder !== idAt(there)) wrong(`of ${there}: the name has ${holder}`);
  const digest = digestOf(contentAt(there));
  for (const id of [COUNTER, idAt(there)]) {
    const recorded = snapshot.find(id)?.bigDataDigests.get("item");
    if (recorded !== digest) wrong(`of ${there}: the item of ${id} is recorded as ${recorded}`);
    const content = digestOf(await store.bigData(id, "item"));
    if (content !== digest) wrong(`of ${there}: the item of ${id} is ${content}`);
  }
  const theirs = await library?.holderOf(CURRENT);
  if (theirs !== undefined && theirs !== idAt(there))
    wrong(`of ${there}: for the library the name has ${theirs}`);
  return there;
}

/** The real library at work: it makes, changes and deletes containers of its own. */
class Library implements AsyncDisposable {
  changes = 0;
  readonly #drive: PeerDrive;
  readonly #working: Promise<void>;
  readonly #failures: string[] = [];
  #isOver = false;

  /** Undefined where there is none. */
  static start(dir: string): Library | undefined {
    const program = peer().found?.peer;
    return program === undefined ? undefined : new Library(new PeerDrive(program, ["--dir", dir]));
  }

  private constructor(drive: PeerDrive) {
    this.#drive = drive;
    this.#working = this.#work();
  }

  stop(): void {
    this.#drive.signal("SIGSTOP");
  }

  goOn(): void {
    this.#drive.signal("SIGCONT");
  }

  async holderOf(name: string): Promise<string | undefined> {
    const reply = await this.#ask({ op: "lookup", id: name });
    return reply.ok ? (reply.value as string) : undefined;
  }

  /** Resolves to what went wrong. */
  async end(): Promise<readonly string[]> {
    this.#isOver = true;
    await this.#working;
    return this.#failures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.goOn();
    await this.end();
    await this.#drive[Symbol.asyncDispose]();
  }

  async #work(): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      const id = `theirs-${turn % 3}`;
      const requests = [
        { op: "create", id, names: [id], volatile: turn % 2 === 0 },
        { op: "setMetadata", id, metadata: `turn ${turn}` },
        { op: "delete", id },
      ];
      for (const request of requests) {
        const reply = await this.#ask(request);
        if (reply.ok) this.changes += 1;
        else this.#failures.push(`the library: ${request.op}: ${reply.message}`);
      }
      await pause(3);
    }
  }

  async #ask(request: object): Promise<{ ok: boolean; value?: unknown; message?: string }> {
    return JSON.parse(await this.#drive.send(JSON.stringify(request))) as { ok: boolean };
  }
}
