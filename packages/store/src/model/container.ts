import type { JsonValue } from "./json-value.ts";

/**
 * A 64-bit signed integer: a number where it is exact, a bigint only beyond
 * `Number.MAX_SAFE_INTEGER`. Sizes are int64 in the format and are never rounded.
 */
export type Int64 = number | bigint;

/** One range of a user namespace mapping, as containers/storage `idtools.IDMap`. */
export interface IdMapping {
  readonly containerId: Int64;
  readonly hostId: Int64;
  readonly size: Int64;
}

/**
 * The record of one container: an immutable value. An update makes a new record,
 * so whoever holds one can keep it for as long as he likes, without copying.
 */
export interface Container {
  /** 64 hex digits where the store chose it; anything the creator gave otherwise. */
  readonly id: string;
  /** In order; unique among all containers of a store. */
  readonly names: readonly string[];
  /** Id of the image it was made from; "" where there is none. */
  readonly image: string;
  /** Id of its read-write layer; "" where there is none. */
  readonly layer: string;
  /** Text that belongs to the creator (podman keeps JSON in it). */
  readonly metadata: string;
  /** Keys of the big data items, in the order in which they were first stored. */
  readonly bigDataNames: readonly string[];
  /** Bytes of each item, as recorded; an item that was never measured is missing. */
  readonly bigDataSizes: ReadonlyMap<string, Int64>;
  /** `sha256:` and 64 hex digits for each item, as recorded. */
  readonly bigDataDigests: ReadonlyMap<string, string>;
  /** RFC 3339 with up to nine fractional digits and its offset, just as the file has it. */
  readonly created: string;
  readonly uidMap: readonly IdMapping[];
  readonly gidMap: readonly IdMapping[];
  readonly flags: ReadonlyMap<string, JsonValue>;
  /** True when the record lives in the volatile file, which is written without a sync. */
  readonly volatile: boolean;
  /** Members of the record that this version does not know, kept as raw JSON text, in file order. */
  readonly unknownFields: ReadonlyMap<string, string>;
}
