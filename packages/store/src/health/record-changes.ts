import type { Container, Int64 } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import { newEntry, type RecordEntry } from "../records/record-entry.ts";
import type { ScannedFile } from "./scan-file.ts";

/** What is to be changed in one record: all of it at once, since there may be very many items. */
interface Draft {
  readonly lostNames: Set<string>;
  readonly lostItems: Set<string>;
  readonly measured: Map<string, Measured>;
}

interface Measured {
  readonly size: Int64;
  readonly digest: string;
}

/**
 * The records of one file while they are repaired. Records are named by their
 * place, counted from 1, which stays the same when others are taken out.
 */
export class FileChanges {
  readonly file: ScannedFile;
  readonly #entries: (RecordEntry | undefined)[];
  readonly #byId = new Map<string, number>();
  readonly #drafts = new Map<number, Draft>();
  /** Whether the file is to be written again. */
  changed = false;

  constructor(file: ScannedFile) {
    this.file = file;
    // Those of deleted containers do not come into the file again.
    this.#entries = file.entries.map((entry) => (file.isDeleted(entry.container.id) ? undefined : entry));
    for (const [position, { container }] of file.entries.entries()) {
      if (!this.#byId.has(container.id)) this.#byId.set(container.id, position + 1);
    }
  }

  /** The records as they will be. */
  get entries(): RecordEntry[] {
    return this.#entries.flatMap((entry, position) => {
      const draft = this.#drafts.get(position + 1);
      if (entry === undefined || draft === undefined) return entry ?? [];
      return newEntry(withFields(entry.container, fieldsOf(entry.container, draft)));
    });
  }

  /** A record as it was; undefined when it was taken out. */
  container(record: number): Container | undefined {
    return this.#entries[record - 1]?.container;
  }

  remove(record: number): void {
    this.#entries[record - 1] = undefined;
    this.changed = true;
  }

  removeName(record: number, name: string): void {
    this.#draft(record).lostNames.add(name);
  }

  removeItem(record: number, key: string): void {
    this.#draft(record).lostItems.add(key);
  }

  measure(record: number, key: string, { size, digest }: Measured): void {
    this.#draft(record).measured.set(key, { size, digest });
  }

  /** The record of the container, the first where there are several; undefined when it is not in this file. */
  find(id: string): number | undefined {
    const record = this.#byId.get(id);
    return record === undefined || this.container(record) === undefined ? undefined : record;
  }

  #draft(record: number): Draft {
    const draft = this.#drafts.get(record) ?? {
      lostNames: new Set(),
      lostItems: new Set(),
      measured: new Map(),
    };
    this.#drafts.set(record, draft);
    this.changed = true;
    return draft;
  }
}

function fieldsOf(container: Container, { lostNames, lostItems, measured }: Draft): Partial<Container> {
  const entries = [...measured];
  return {
    names: container.names.filter((name) => !lostNames.has(name)),
    bigDataNames: container.bigDataNames.filter((key) => !lostItems.has(key)),
    bigDataSizes: new Map([
      ...kept(container.bigDataSizes, lostItems),
      ...entries.map(([key, { size }]) => [key, size] as const),
    ]),
    bigDataDigests: new Map([
      ...kept(container.bigDataDigests, lostItems),
      ...entries.map(([key, { digest }]) => [key, digest] as const),
    ]),
  };
}

const kept = <T>(items: ReadonlyMap<string, T>, lost: ReadonlySet<string>): (readonly [string, T])[] =>
  [...items].filter(([key]) => !lost.has(key));
