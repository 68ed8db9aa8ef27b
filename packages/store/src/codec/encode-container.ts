import type { Container, IdMapping, Int64 } from "../model/container.ts";
import { goString } from "./go-string.ts";
import { writeValue } from "./json-values.ts";
import { compareKeys } from "./utf8.ts";

/**
 * The record as containers/storage writes it: members in its order, empty ones
 * left out but for id, image, layer and created, keys of maps sorted by their
 * UTF-8 bytes, no white space. Members that we do not know follow at the end.
 */
export function encodeContainerText(container: Container): string {
  let text = `{"id":${goString(container.id)}`;
  if (container.names.length > 0) text += `,"names":${list(container.names, goString)}`;
  text += `,"image":${goString(container.image)},"layer":${goString(container.layer)}`;
  if (container.metadata !== "") text += `,"metadata":${goString(container.metadata)}`;
  if (container.bigDataNames.length > 0)
    text += `,"big-data-names":${list(container.bigDataNames, goString)}`;
  if (container.bigDataSizes.size > 0) text += `,"big-data-sizes":${map(container.bigDataSizes, String)}`;
  if (container.bigDataDigests.size > 0) {
    text += `,"big-data-digests":${map(container.bigDataDigests, goString)}`;
  }
  text += `,"created":"${container.created}"`;
  if (container.uidMap.length > 0) text += `,"uidmap":${list(container.uidMap, mapping)}`;
  if (container.gidMap.length > 0) text += `,"gidmap":${list(container.gidMap, mapping)}`;
  if (container.flags.size > 0) text += `,"flags":${map(container.flags, writeValue)}`;
  for (const [key, raw] of container.unknownFields) text += `,${goString(key)}:${raw}`;
  return `${text}}`;
}

/** The same as bytes. */
export function encodeContainer(container: Container): Uint8Array {
  return Buffer.from(encodeContainerText(container));
}

function list<T>(items: readonly T[], write: (item: T) => string): string {
  return `[${items.map(write).join(",")}]`;
}

function map<T>(items: ReadonlyMap<string, T>, write: (item: T) => string): string {
  const keys = [...items.keys()];
  if (keys.length > 1) keys.sort(compareKeys);
  return `{${keys.map((key) => `${goString(key)}:${write(items.get(key)!)}`).join(",")}}`;
}

function mapping({ containerId, hostId, size }: IdMapping): string {
  const number = (value: Int64): string => String(value);
  return `{"container_id":${number(containerId)},"host_id":${number(hostId)},"size":${number(size)}}`;
}
