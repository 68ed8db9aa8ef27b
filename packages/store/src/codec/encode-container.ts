import type { Container, IdMapping } from "../model/container.ts";
import { goInteger } from "./go-number.ts";
import { goString } from "./go-string.ts";
import { parseGoTime, SIMPLE_TIME } from "./go-time.ts";
import { JsonReader } from "./json-reader.ts";
import { readRaw } from "./json-values.ts";
import { memberOf, RECORD_DEPTH } from "./members.ts";
import { sortedKeys, writeValue } from "./write-value.ts";

/**
 * The record as containers/storage writes it: members in its order, empty ones
 * left out but for id, image, layer and created, keys of maps sorted by their
 * UTF-8 bytes, no white space. Members that we do not know follow at the end.
 *
 * A creation time that Go reads but would not write (an offset of 24 hours) is
 * written as it was read.
 *
 * @throws TypeError when a field holds what no record can: a number that is no
 * 64-bit integer, a time that is none, an unknown member that is no JSON or has
 * a known one's name. Nothing that decoding gave is refused.
 */
export function encodeContainerText(container: Container): string {
  const { names, metadata, bigDataNames, bigDataSizes, bigDataDigests, created } = container;
  const { uidMap, gidMap, flags, unknownFields } = container;
  let text = `{"id":${goString(container.id)}`;
  if (names.length > 0) text += `,"names":${list(names, goString)}`;
  text += `,"image":${goString(container.image)},"layer":${goString(container.layer)}`;
  if (metadata !== "") text += `,"metadata":${goString(metadata)}`;
  if (bigDataNames.length > 0) text += `,"big-data-names":${list(bigDataNames, goString)}`;
  if (bigDataSizes.size > 0) text += `,"big-data-sizes":${map(bigDataSizes, goInteger)}`;
  if (bigDataDigests.size > 0) text += `,"big-data-digests":${map(bigDataDigests, goString)}`;
  text += `,"created":"${checkedTime(created)}"`;
  if (uidMap.length > 0) text += `,"uidmap":${list(uidMap, mapping)}`;
  if (gidMap.length > 0) text += `,"gidmap":${list(gidMap, mapping)}`;
  if (flags.size > 0) text += `,"flags":${map(flags, writeValue)}`;
  for (const [key, raw] of unknownFields) text += `,${goString(key)}:${checkedRaw(key, raw)}`;
  return `${text}}`;
}

/** The same as bytes, in memory of the caller's own. @throws TypeError as `encodeContainerText` */
export function encodeContainer(container: Container): Buffer {
  return Buffer.from(encodeContainerText(container));
}

function list<T>(items: readonly T[], write: (item: T) => string): string {
  let text = "";
  for (const item of items) text += text === "" ? write(item) : `,${write(item)}`;
  return `[${text}]`;
}

function map<T>(items: ReadonlyMap<string, T>, write: (item: T) => string): string {
  const keys = sortedKeys([...items.keys()]);
  return `{${keys.map((key) => `${goString(key)}:${write(items.get(key)!)}`).join(",")}}`;
}

function mapping({ containerId, hostId, size }: IdMapping): string {
  return `{"container_id":${goInteger(containerId)},"host_id":${goInteger(hostId)},"size":${goInteger(size)}}`;
}

const SIMPLE = new RegExp(`^${SIMPLE_TIME}$`);

/** A file with another text there could not be read again by anybody. */
function checkedTime(created: string): string {
  if (SIMPLE.test(created)) return created;
  const time = parseGoTime(created);
  if (time === undefined)
    throw new TypeError(`the creation time ${JSON.stringify(created)} is none of RFC 3339`);
  return time.text;
}

function checkedRaw(key: string, raw: string): string {
  if (memberOf(key) !== undefined) throw new TypeError(`${JSON.stringify(key)} is a member that is known`);
  const bytes = Buffer.from(raw);
  const reader = new JsonReader(bytes, 0, bytes.length);
  try {
    if (readRaw(reader, RECORD_DEPTH) === raw && reader.at === bytes.length) return raw;
  } catch (cause) {
    throw new TypeError(`the unknown member ${JSON.stringify(key)} is no JSON`, { cause });
  }
  throw new TypeError(`the unknown member ${JSON.stringify(key)} is no JSON`);
}
