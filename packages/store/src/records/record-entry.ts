import { layerOf, LazyContainer, NO_MAPPINGS, type UnreadRecord } from "../codec/lazy-container.ts";
import { parseGoTime } from "../codec/go-time.ts";
import type { Container } from "../model/container.ts";

/**
 * A record, and the bytes that stand for it in a file where they are known:
 * `source` from `start` up to, not including, `end`. Records whose bytes are
 * known are copied when their file is saved, the others are encoded.
 *
 * What must hold: the bytes of a source never change, and two records that stand
 * in one source with a single byte between them have a comma there.
 */
export class RecordEntry {
  readonly id: string;
  readonly names: readonly string[];
  readonly volatile: boolean;
  source: Buffer | undefined;
  start: number;
  end: number;
  /** Made when it is first asked for, from the bytes: tables need no more than what is above. */
  #container: Container | undefined;
  #layer: string | undefined;
  /** Where a layer that was not asked for yet stands in the record, which has it as it is. */
  readonly #layerAt: number;
  readonly #layerLength: number;

  constructor(
    { id, names, layer }: Pick<UnreadRecord, "id" | "names" | "layer">,
    volatile: boolean,
    container: Container | undefined,
    source: Buffer | undefined,
    start: number,
    end: number,
    layerAt = 0,
    layerLength = 0,
  ) {
    this.id = id;
    this.names = names;
    this.#layer = layer;
    this.#layerAt = layerAt;
    this.#layerLength = layerLength;
    this.volatile = volatile;
    this.source = source;
    this.start = start;
    this.end = end;
    this.#container = container;
  }

  get container(): Container {
    this.#container ??= this.#lazily();
    return this.#container;
  }

  get layer(): string {
    this.#layer ??= layerOf(this.#unread());
    return this.#layer;
  }

  /** Whether that is its layer: found out without making a string of it. */
  hasLayer(layer: string): boolean {
    if (this.#layer !== undefined || this.source === undefined) return this.layer === layer;
    if (this.#layerLength !== layer.length) return false;
    const from = this.start + this.#layerAt;
    for (let at = 0; at < layer.length; at += 1) {
      if (this.source[from + at] !== layer.charCodeAt(at)) return false;
    }
    return true;
  }

  /** Says which bytes stand for the record from now on, and lets go of those before. */
  placeAt(source: Buffer, start: number, end: number): void {
    this.source = source;
    this.start = start;
    this.end = end;
    if (this.#container instanceof LazyContainer) this.#container.moveTo(source, start);
  }

  #lazily(): Container {
    return new LazyContainer(this.#unread(), this.volatile);
  }

  #unread(): UnreadRecord {
    const { id, names, source, start, end } = this;
    if (source === undefined) throw new TypeError(`the record ${id} has neither a container nor bytes`);
    const layerStart = start + this.#layerAt;
    const layer = { layer: this.#layer, layerStart, layerEnd: layerStart + this.#layerLength };
    return { id, names, ...layer, uidMap: NO_MAPPINGS, gidMap: NO_MAPPINGS, bytes: source, start, end };
  }
}

/** A record that was looked through only. */
export function unreadEntry(record: UnreadRecord, volatile: boolean): RecordEntry {
  const { uidMap, gidMap, bytes, start, end, layerStart, layerEnd } = record;
  const isUsual = uidMap === NO_MAPPINGS && gidMap === NO_MAPPINGS;
  const container = isUsual ? undefined : new LazyContainer(record, volatile);
  const layer = [layerStart - start, layerEnd - layerStart] as const;
  return new RecordEntry(record, volatile, container, bytes, start, end, ...layer);
}

/** A new or changed record: no file has it yet. */
export function newEntry(container: Container): RecordEntry {
  return new RecordEntry(container, container.volatile, container, undefined, 0, 0);
}

/**
 * A record as it was read. One that Go would write otherwise (white space, other
 * order, escapes that are not needed) keeps no bytes: when its file is saved it
 * is written in the usual form, as containers/storage does with all records. One
 * whose time Go reads but refuses to write stays just as it is.
 */
export function entryAt(
  container: Container,
  canonical: boolean,
  source: Buffer,
  start: number,
  end: number,
): RecordEntry {
  // Asked of no canonical record: to look at its time would decode all of it.
  const isKept = canonical || isRefusedByGo(container.created);
  return isKept
    ? new RecordEntry(container, container.volatile, container, source, start, end)
    : newEntry(container);
}

/** Only an offset makes Go refuse; most times have none, and parsing each costs as much as reading its record. */
const isRefusedByGo = (created: string): boolean =>
  !created.endsWith("Z") && parseGoTime(created)?.writable === false;
