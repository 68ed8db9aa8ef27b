import { addAbortSignal, Readable } from "node:stream";
import { Catalog, holderOf } from "../catalog/catalog.ts";
import { resolveConflicts } from "../catalog/conflicts.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import { isDataFolderName } from "../model/data-folder.ts";
import { type WrittenItem, writeItem } from "../operations/items.ts";
import { roomFor } from "../operations/quota.ts";
import { OwnTurn, type Turn } from "../operations/turn.ts";
import type { Door } from "../persistence/door.ts";
import { asStowageError } from "../persistence/failures.ts";
import type { ImportConflict, ImportOptions, ImportResult, ImportSource, ImportStep } from "../portable.ts";
import type { QueryView } from "../query/conditions.ts";
import { Archive } from "./archive.ts";
import { withoutData } from "./carry-out.ts";
import { decide } from "./conflicts.ts";
import { readSelection } from "./selection.ts";
import { counted } from "./counted.ts";
import { discardAll, SaveTogether } from "./save-together.ts";

const CONFLICTS: readonly ImportConflict[] = ["fail", "skip", "rename", "replace"];

/** Bytes of an item that is taken into memory, so that it goes to disk while the next one is read. */
const SMALL = 64 * 1024;
/** Such items of one container that may be on their way to the disk at once. */
const MOST_SMALL = 64;

/**
 * Reads an archive and brings its containers in, in its order, each whole
 * and verified. What is there already is left alone, so that an import that was
 * cut short goes on where it was.
 */
export async function importContainers(
  door: Door,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportResult> {
  const { onConflict = "fail", signal } = options;
  if (!CONFLICTS.includes(onConflict)) {
    throw new TypeError(`onConflict must be one of ${CONFLICTS.join(", ")}, not ${String(onConflict)}`);
  }
  const stream = streamOf(source);
  // Somebody must hear of its end, also when nobody reads it at that moment.
  stream.on("error", () => undefined);
  if (signal !== undefined) addAbortSignal(signal, stream);
  try {
    signal?.throwIfAborted();
    door.assertWritable();
    const archive = await Archive.open(stream);
    try {
      return await new Import(new OwnTurn(door, options), archive, onConflict, options).run();
    } finally {
      // First of all the source: whoever still waits for it waits no longer.
      stream.destroy();
      await archive.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw asStowageError(error);
  } finally {
    stream.destroy();
  }
}

function streamOf(source: ImportSource): Readable {
  if (source instanceof Readable) return source;
  const isBytes = source instanceof Uint8Array || typeof source === "string";
  return Readable.from(isBytes ? [source] : (source as AsyncIterable<Uint8Array>), {
    objectMode: true,
    highWaterMark: 1,
  });
}

class Import {
  readonly #turn: Turn;
  readonly #archive: Archive;
  readonly #onConflict: ImportConflict;
  readonly #options: ImportOptions;
  readonly #together: SaveTogether;
  /** A save under way. */
  #saving: Promise<void> = Promise.resolve();
  /** In the order of the archive. */
  readonly #steps: Promise<ImportStep>[] = [];
  /** Stored. */
  #bytes = 0;
  /** Read, of what is wanted. */
  #passed = 0;

  constructor(turn: Turn, archive: Archive, onConflict: ImportConflict, options: ImportOptions) {
    this.#turn = turn;
    this.#archive = archive;
    this.#onConflict = onConflict;
    this.#options = options;
    this.#together = new SaveTogether(turn, onConflict);
  }

  async run(): Promise<ImportResult> {
    const { containers, hasData } = this.#archive;
    // A record from lines has no data with it, and cannot say that it has.
    const isWanted = (await readSelection(this.#options.filter))(viewOf(containers));
    const wanted = containers.map((listed) => {
      if (!isWanted(listed.container)) return undefined;
      return hasData ? listed : { container: withoutData(listed.container), items: [] };
    });
    const all = wanted.filter((listed) => listed !== undefined);
    for (const { container, items } of all) this.#assertPossible(container, items);
    if (this.#onConflict === "fail") await this.#assertNoConflict(all.map(({ container }) => container));
    const totalContainers = all.length;
    const totalBytes = all.reduce(
      (sum, { items }) => items.reduce((bytes, { size }) => bytes + size, sum),
      0,
    );
    try {
      const tell = (): void => {
        const containers = this.#steps.length;
        this.#options.onProgress?.({ containers, bytes: this.#passed, totalContainers, totalBytes });
      };
      for (const [index, listed] of wanted.entries()) {
        await this.#take(index, listed?.container, tell);
        tell();
        if (this.#together.isFull) await this.#save();
      }
      await this.#archive.end();
      await this.#save();
      await this.#saving;
    } catch (error) {
      await this.#finish();
      throw error;
    }
    return { steps: await Promise.all(this.#steps), bytes: this.#bytes };
  }

  /** Begins to bring in what was read, once those before are in; meanwhile the archive is read on. */
  async #save(): Promise<void> {
    await this.#saving;
    this.#saving = this.#together.save();
    // Awaited later; whoever waits sees the reason.
    this.#saving.catch(() => undefined);
  }

  /**
   * After a failure, before its caller hears of it: what was read whole comes in, unless nothing more is wanted, and
   * what was begun is brought to an end.
   */
  async #finish(): Promise<void> {
    const { signal } = this.#options;
    await this.#saving.catch(() => undefined);
    if (signal?.aborted === true) await this.#together.giveUp(signal.reason);
    // The first failure is the one that is told.
    else await this.#together.save().catch(() => undefined);
    await Promise.allSettled(this.#steps);
  }

  /** An archive is anybody's work: what cannot be in a store is refused before anything is imported. */
  #assertPossible(
    container: Container,
    items: readonly { readonly key: string; readonly size: number }[],
  ): void {
    const { id } = container;
    if (!isDataFolderName(id)) {
      throw new StowageError(
        "ERR_INVALID_ID",
        `the archive has a container with the id ${JSON.stringify(id.slice(0, 80))}, which cannot name a folder inside ` +
          "the store; leave it out with `filter`",
        { ref: id },
      );
    }
    const sizes = new Map<string, number>();
    for (const { key, size } of items) {
      this.#turn.paths.dataFile(id, key, true);
      const room = roomFor(this.#turn.quota, { id, bigDataSizes: sizes }, key);
      if (room !== undefined && size > room.bytes) throw room.exceeded(size);
      sizes.set(key, size);
    }
  }

  async #assertNoConflict(containers: readonly Container[]): Promise<void> {
    await this.#turn.read((catalog) => {
      for (const container of containers) decide(catalog, container, "fail");
    });
    const ids = new Set<string>();
    const names = new Set<string>();
    for (const { id, names: own } of containers) {
      const name = own.find((each) => names.has(each));
      if (ids.has(id) || name !== undefined) {
        const code = name === undefined ? "ERR_DUPLICATE_ID" : "ERR_DUPLICATE_NAME";
        throw new StowageError(
          code,
          `the archive has two containers with ${name === undefined ? "the id" : "a name of"} ${id}`,
          {
            ref: id,
            name,
          },
        );
      }
      ids.add(id);
      for (const each of own) names.add(each);
    }
  }

  /** Reads what the archive has of a container, and hands it to the store when it is wanted and not there. */
  async #take(index: number, container: Container | undefined, tell: () => void): Promise<void> {
    // Decided now, as the data come by now; and once more under the lock, for what is brought in.
    const early =
      container === undefined
        ? undefined
        : await this.#turn.read((catalog) => decide(catalog, container, this.#onConflict));
    const isLeft = early === undefined || early.action === "skip" || early.action === "leave";
    const written: Promise<WrittenItem>[] = [];
    let bytes = 0;
    try {
      for await (const item of this.#archive.items(index)) {
        if (container === undefined) {
          await drain(item.chunks);
          continue;
        }
        const chunks = counted(item.chunks, (more) => {
          this.#passed += more;
          tell();
        });
        if (isLeft) await drain(chunks);
        else {
          bytes += item.size;
          const isSmall = item.size <= SMALL;
          const writing = writeItem(this.#turn, item.key, isSmall ? await gathered(chunks) : chunks);
          // Awaited before the container comes in; whoever waits sees the reason.
          writing.catch(() => undefined);
          written.push(writing);
          if (!isSmall || written.length % MOST_SMALL === 0) await Promise.all(written);
        }
      }
    } catch (error) {
      await discardAll(written);
      throw error;
    }
    if (container === undefined || early === undefined) return;
    if (isLeft) {
      const there = early.action === "leave" ? early.container : undefined;
      const outcome = there === undefined ? "skipped" : "unchanged";
      this.#steps.push(Promise.resolve({ id: container.id, outcome, container: there }));
      return;
    }
    const step = this.#together.add(container, written, bytes).then((done) => {
      if (done.outcome === "created" || done.outcome === "replaced") this.#bytes += bytes;
      return done;
    });
    // Awaited later; whoever waits sees the reason.
    step.catch(() => undefined);
    this.#steps.push(step);
  }
}

/** To be asked by filters; an archive may have an id or a name twice. */
function viewOf(containers: readonly { readonly container: Container }[]): QueryView {
  const holders = containers.map(({ container }) => holderOf(container));
  return new Catalog(resolveConflicts(holders, [], holderOf).entries, holderOf);
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
