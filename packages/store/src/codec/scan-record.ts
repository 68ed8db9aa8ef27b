import type { IdMapping } from "../model/container.ts";
import { kinds, PLAIN } from "./json-kinds.ts";
import { JsonReader } from "./json-reader.ts";
import { NO_MAPPINGS, type UnreadRecord } from "./lazy-container.ts";
import { MappingDraft } from "./read-members.ts";
import { scanTime } from "./scan-time.ts";
import {
  after,
  literal,
  NO,
  scanList,
  scanMap,
  scanMapping,
  scanNumber,
  scanString,
  scanValue,
} from "./scan-values.ts";

const ID = literal('{"id":');
const NAMES = literal(',"names":');
const IMAGE = literal(',"image":');
const LAYER = literal(',"layer":');
const METADATA = literal(',"metadata":');
const BIG_DATA_NAMES = literal(',"big-data-names":');
const BIG_DATA_SIZES = literal(',"big-data-sizes":');
const BIG_DATA_DIGESTS = literal(',"big-data-digests":');
const CREATED = literal(',"created":');
const UIDMAP = literal(',"uidmap":');
const GIDMAP = literal(',"gidmap":');
const FLAGS = literal(',"flags":');

const QUOTE = 0x22;
const CLOSE = 0x7d;

const scanSizes: Scanner = (bytes, at) => scanMap(bytes, at, scanNumber);
const scanStrings: Scanner = (bytes, at) => scanList(bytes, at, scanString);
const scanDigests: Scanner = (bytes, at) => scanMap(bytes, at, scanString);
const scanMappings: Scanner = (bytes, at) => scanList(bytes, at, scanMapping);
const scanFlags: Scanner = (bytes, at) => scanMap(bytes, at, scanValue);
const scanText: Scanner = (bytes, at) => (bytes[at + 1] === QUOTE ? NO : scanString(bytes, at));

type Scanner = (bytes: Uint8Array, at: number) => number;

/**
 * The fast way over a record that stands in the very bytes that Go writes:
 * nearly every record does. It is looked through once, and decoded only as far
 * as tables need it; the rest when somebody asks.
 *
 * @returns undefined when the record is not such a one, or is too unusual: then
 * `readContainer` has to say what it is
 */
export function scanRecord(bytes: Buffer, start: number): UnreadRecord | undefined {
  const afterId = required(bytes, start, ID, scanString);
  const afterNames = optional(bytes, afterId, NAMES, scanStrings);
  const afterImage = required(bytes, afterNames, IMAGE, scanString);
  const afterLayer = required(bytes, afterImage, LAYER, scanString);
  let at = optional(bytes, afterLayer, METADATA, scanText);
  at = optional(bytes, at, BIG_DATA_NAMES, scanStrings);
  at = optional(bytes, at, BIG_DATA_SIZES, scanSizes);
  at = optional(bytes, at, BIG_DATA_DIGESTS, scanDigests);
  const afterCreated = required(bytes, at, CREATED, scanTime);
  const afterUidMap = optional(bytes, afterCreated, UIDMAP, scanMappings);
  const afterGidMap = optional(bytes, afterUidMap, GIDMAP, scanMappings);
  at = optional(bytes, afterGidMap, FLAGS, scanFlags);
  if (at === NO || bytes[at] !== CLOSE) return undefined;
  return {
    id: textOf(bytes, start + ID.length, afterId),
    names: afterNames === afterId ? [] : textsOf(bytes, afterId + NAMES.length, afterNames),
    layer: textOf(bytes, afterImage + LAYER.length, afterLayer),
    layerStart: afterImage + LAYER.length + 1,
    layerEnd: afterLayer - 1,
    uidMap:
      afterUidMap === afterCreated
        ? NO_MAPPINGS
        : mappingsOf(bytes, afterCreated + UIDMAP.length, afterUidMap),
    gidMap:
      afterGidMap === afterUidMap ? NO_MAPPINGS : mappingsOf(bytes, afterUidMap + GIDMAP.length, afterGidMap),
    bytes,
    start,
    end: at + 1,
  };
}

function required(bytes: Buffer, from: number, key: Uint8Array, scan: Scanner): number {
  if (from === NO) return NO;
  const at = after(bytes, from, key);
  return at === NO ? NO : scan(bytes, at);
}

function optional(bytes: Buffer, from: number, key: Uint8Array, scan: Scanner): number {
  if (from === NO) return NO;
  const at = after(bytes, from, key);
  return at === NO ? from : scan(bytes, at);
}

/** A string that was scanned. */
function textOf(bytes: Buffer, start: number, end: number): string {
  for (let at = start + 1; at < end - 1; at += 1) {
    if (kinds[bytes[at]!] !== PLAIN) return new JsonReader(bytes, start, end).string();
  }
  return bytes.toString("latin1", start + 1, end - 1);
}

/** A list of id mappings that was scanned. */
function mappingsOf(bytes: Buffer, start: number, end: number): readonly IdMapping[] {
  const mappings = new MappingDraft();
  mappings.read(new JsonReader(bytes, start, end));
  return Object.freeze(mappings.finish());
}

/** A list of strings that was scanned. */
function textsOf(bytes: Buffer, start: number, end: number): string[] {
  const texts: string[] = [];
  let at = start;
  while (at < end - 1) {
    const next = scanString(bytes, at + 1);
    texts.push(textOf(bytes, at + 1, next));
    at = next;
  }
  return texts;
}
