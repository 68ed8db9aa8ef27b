import type { Container, Int64 } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import { newEntry, type RecordEntry } from "../records/record-entry.ts";
import type { ScannedFile } from "./scan-file.ts";

/**
 * The records of one file while they are repaired. Records are named by their
 * place, counted from 1, which stays the same when others are taken out.
 */
export class FileChanges {
  readonly file: ScannedFile;
  readonly #entries: (RecordEntry | undefined)[];
  readonly #byId = new Map<string, number>();
  /** Whether the file is to be written again. */
  changed = false;

  constructor(file: ScannedFile) {
    this.file = file;
    this.#entries = [...file.entries];
    for (const [position, { container }] of file.entries.entries()) {
      if (!this.#byId.has(container.id)) this.#byId.set(container.id, position + 1);
    }
  }

  get entries(): RecordEntry[] {
    return this.#entries.filter((entry) => entry !== undefined);
  }

  container(record: number): Container | undefined {
    return this.#entries[record - 1]?.container;
  }

  remove(record: number): void {
    this.#entries[record - 1] = undefined;
    this.changed = true;
  }

  change(record: number, fields: Partial<Container>): void {
    const old = this.container(record);
    if (old === undefined) return;
    this.#entries[record - 1] = newEntry(withFields(old, fields));
    this.changed = true;
  }

  /** The record of the container, the first where there are several; undefined when it is not in this file. */
  find(id: string): number | undefined {
    const record = this.#byId.get(id);
    return record === undefined || this.container(record) === undefined ? undefined : record;
  }
}

/** The fields of a record without a name. */
export function withoutName({ names }: Container, name: string): Partial<Container> {
  return { names: names.filter((kept) => kept !== name) };
}

/** The fields of a record without an item. */
export function withoutItem(container: Container, key: string): Partial<Container> {
  return {
    bigDataNames: container.bigDataNames.filter((kept) => kept !== key),
    bigDataSizes: without(container.bigDataSizes, key),
    bigDataDigests: without(container.bigDataDigests, key),
  };
}

/** The fields of a record with an item measured. */
export function withMeasured(
  container: Container,
  key: string,
  { size, digest }: { size: Int64; digest: string },
): Partial<Container> {
  return {
    bigDataSizes: new Map([...container.bigDataSizes, [key, size]]),
    bigDataDigests: new Map([...container.bigDataDigests, [key, digest]]),
  };
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
