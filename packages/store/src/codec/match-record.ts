import { NO_MAPPINGS, type UnreadRecord } from "./lazy-container.ts";
import { Captures, KEYS_IN_MAP, recordPattern } from "./record-pattern.ts";

/** Bytes that are made a string at a time: a string of a whole file would be fresh memory of its size. */
const WINDOW = 64 * 1024;
/** A record that may reach beyond the window begins the next one; a longer one is not for this way. */
const USUAL = 8 * 1024;
/** So many records are tried before those of a file count as unusual. */
const PATIENCE = 16;

const BEFORE_ID = '{"id":"'.length;
const BEFORE_NAMES = '","names":["'.length;
const BETWEEN_NAMES = '","';
const AFTER_NAMES = '"]'.length;
const BEFORE_IMAGE = ',"image":"'.length;
const BEFORE_LAYER = '","layer":"'.length;

let pattern: RegExp | undefined;

/**
 * Takes the usual records of one run of bytes by a pattern: much faster than
 * `scanRecord` while that is not compiled yet, and no slower afterwards.
 */
export class RecordMatcher {
  readonly #bytes: Buffer;
  #text = "";
  #from = 0;
  #tried = 0;
  #taken = 0;

  /** @param bytes must never change while a record stands in them */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The record that begins at `start`; undefined when it is no usual one. */
  take(start: number): UnreadRecord | undefined {
    if (this.#tried > PATIENCE && this.#taken * 2 < this.#tried) return undefined;
    this.#tried += 1;
    this.#moveWindow(start);
    pattern ??= recordPattern();
    pattern.lastIndex = start - this.#from;
    const match = pattern.exec(this.#text);
    if (match === null || !areAllSorted(match)) return undefined;
    this.#taken += 1;
    return this.#record(match, start, this.#from + pattern.lastIndex);
  }

  #moveWindow(start: number): void {
    const end = this.#from + this.#text.length;
    if (start >= this.#from && (start + USUAL <= end || (end === this.#bytes.length && start < end))) return;
    this.#from = start;
    this.#text = this.#bytes.toString("latin1", start, Math.min(start + WINDOW, this.#bytes.length));
  }

  /** Strings are made from the bytes, as those of the match would keep the window. */
  #record(match: RegExpExecArray, start: number, end: number): UnreadRecord {
    const idEnd = start + BEFORE_ID + match[Captures.id]!.length;
    const names = match[Captures.names];
    const namesEnd = names === undefined ? idEnd + 1 : idEnd + BEFORE_NAMES + names.length + AFTER_NAMES;
    const layerStart = namesEnd + BEFORE_IMAGE + match[Captures.image]!.length + BEFORE_LAYER;
    return {
      id: this.#bytes.toString("latin1", start + BEFORE_ID, idEnd),
      names:
        names === undefined
          ? []
          : namesIn(this.#bytes.toString("latin1", idEnd + BEFORE_NAMES, namesEnd - AFTER_NAMES)),
      layer: undefined,
      layerStart,
      layerEnd: layerStart + match[Captures.layer]!.length,
      uidMap: NO_MAPPINGS,
      gidMap: NO_MAPPINGS,
      bytes: this.#bytes,
      start,
      end,
    };
  }
}

/** Nearly every record has one name. */
const namesIn = (text: string): string[] =>
  text.includes(BETWEEN_NAMES) ? text.split(BETWEEN_NAMES) : [text];

/** Not by a function for each: most is done before such code is compiled. */
const areAllSorted = (match: RegExpExecArray): boolean =>
  areSorted(match, Captures.maps[0]) &&
  areSorted(match, Captures.maps[1]) &&
  areSorted(match, Captures.maps[2]);

/** Whether each key comes after the one before it, by its bytes. */
function areSorted(match: RegExpExecArray, first: number): boolean {
  for (let at = first + 1; at < first + KEYS_IN_MAP && match[at] !== undefined; at += 1) {
    if (match[at - 1]! >= match[at]!) return false;
  }
  return true;
}
