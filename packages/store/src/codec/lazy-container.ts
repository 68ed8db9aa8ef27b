import type { Container, IdMapping, Int64 } from "../model/container.ts";
import { frozenMap } from "../model/frozen-map.ts";
import type { JsonValue } from "../model/json-value.ts";
import { JsonReader } from "./json-reader.ts";
import { parseUsual } from "./parse-usual.ts";
import { readContainer } from "./read-container.ts";

/** The members that are decoded when somebody asks. */
type LazyMember = Exclude<
  keyof Container,
  "id" | "names" | "layer" | "volatile" | "uidMap" | "gidMap" | "unknownFields"
>;

/** What is known of a record whose bytes were checked. */
export interface UnreadRecord {
  readonly id: string;
  readonly names: readonly string[];
  /** Undefined where it stands in the bytes as it is, from `layerStart` up to, not including, `layerEnd`. */
  readonly layer: string | undefined;
  readonly layerStart: number;
  readonly layerEnd: number;
  readonly uidMap: readonly IdMapping[];
  readonly gidMap: readonly IdMapping[];
  /** They must never change while the record stands in them, from `start` up to, not including, `end`. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The layer of a record whose bytes were checked. */
export const layerOf = ({ layer, bytes, layerStart, layerEnd }: UnreadRecord): string =>
  layer ?? bytes.toString("latin1", layerStart, layerEnd);

export const NO_MAPPINGS: readonly IdMapping[] = Object.freeze([]);

/** Members that are not known are not for the fast way. */
const NO_UNKNOWN_FIELDS = frozenMap<string, string>(undefined);

/**
 * A record whose bytes were checked, but are decoded only when somebody asks for
 * what they hold: of most of a store's records nobody ever does. Id, names and
 * layer are at hand, as the tables are built from them, and so is what nearly
 * all records do without.
 *
 * All members are properties of its own, so that it can be spread, compared and
 * listed as any other record.
 *
 * It holds on to the buffer that it was found in until it is decoded.
 */
export class LazyContainer implements Container {
  readonly id: string;
  readonly names: readonly string[];
  readonly layer: string;
  readonly volatile: boolean;
  declare readonly image: string;
  declare readonly metadata: string;
  declare readonly bigDataNames: readonly string[];
  declare readonly bigDataSizes: ReadonlyMap<string, Int64>;
  declare readonly bigDataDigests: ReadonlyMap<string, string>;
  declare readonly created: string;
  readonly uidMap: readonly IdMapping[];
  readonly gidMap: readonly IdMapping[];
  declare readonly flags: ReadonlyMap<string, JsonValue>;
  readonly unknownFields = NO_UNKNOWN_FIELDS;
  #bytes: Buffer | undefined;
  #start: number;
  #end: number;
  #decoded: Container | undefined;

  static readonly #lazyMembers: readonly (readonly [LazyMember, PropertyDescriptor])[] = (
    ["image", "metadata", "bigDataNames", "bigDataSizes", "bigDataDigests", "created", "flags"] as const
  ).map((member) => [
    member,
    {
      enumerable: true,
      get(this: LazyContainer) {
        return this.#all[member];
      },
    },
  ]);

  constructor(record: UnreadRecord, volatile: boolean) {
    this.id = record.id;
    this.names = Object.freeze(record.names);
    this.layer = layerOf(record);
    this.volatile = volatile;
    this.uidMap = record.uidMap;
    this.gidMap = record.gidMap;
    this.#bytes = record.bytes;
    this.#start = record.start;
    this.#end = record.end;
    // One by one is much faster than all at once; the functions are shared, so that no memory goes into them.
    for (const [member, descriptor] of LazyContainer.#lazyMembers) {
      Object.defineProperty(this, member, descriptor);
    }
    Object.freeze(this);
  }

  /** The same bytes stand there too: lets go of the buffer in which they were. */
  moveTo(bytes: Buffer, start: number): void {
    this.#end = start + (this.#end - this.#start);
    this.#start = start;
    if (this.#decoded === undefined) this.#bytes = bytes;
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): Container {
    return this.#all;
  }

  get #all(): Container {
    if (this.#decoded === undefined) {
      const [bytes, start, end] = [this.#bytes!, this.#start, this.#end];
      this.#decoded =
        parseUsual(bytes.toString("utf8", start, end), this) ??
        readContainer(new JsonReader(bytes, start, end), this.volatile).container;
      this.#bytes = undefined;
    }
    return this.#decoded;
  }
}
