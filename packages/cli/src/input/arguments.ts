import { InvalidArgumentError } from "commander";
import type { IdMapping, JsonValue } from "@stowage/store";

/** `KEY=VALUE` at the first equals sign; a key may not be empty. */
export function splitPair(text: string, shape: string): readonly [key: string, value: string] {
  const split = text.indexOf("=");
  if (split < 1) throw new InvalidArgumentError(`it takes ${shape}.`);
  return [text.slice(0, split), text.slice(split + 1)];
}

/** The value of a flag: JSON when it is JSON (`true`, `3`, `["a"]`, `"3"`), else the text as it stands. */
export function parseFlagValue(text: string): JsonValue {
  try {
    const value = JSON.parse(text) as JsonValue;
    // 1e999 reads as infinity, which JSON cannot say.
    return typeof value === "number" && !Number.isFinite(value) ? text : value;
  } catch {
    return text;
  }
}

/** `--flag KEY=VALUE` */
export function parseFlag(text: string): readonly [flag: string, value: JsonValue] {
  const [flag, value] = splitPair(text, "KEY=VALUE, for example --flag pinned=true");
  return [flag, parseFlagValue(value)];
}

/** `--data KEY=FILE` */
export function parseDataOption(text: string): { readonly key: string; readonly file: string } {
  const [key, file] = splitPair(text, "KEY=FILE, for example --data config.json=./config.json");
  if (file === "") throw new InvalidArgumentError("it takes KEY=FILE; the file is missing.");
  return { key, file };
}

/** `--uidmap CONTAINER:HOST:SIZE`: three whole numbers, a size of at least one. */
export function parseIdMapping(text: string): IdMapping {
  const parts = /^(\d{1,10}):(\d{1,10}):(\d{1,10})$/.exec(text)?.slice(1).map(Number) ?? [];
  const [containerId, hostId, size] = parts;
  if (containerId === undefined || hostId === undefined || size === undefined || size < 1) {
    throw new InvalidArgumentError("it takes CONTAINER:HOST:SIZE, for example 0:100000:65536.");
  }
  return { containerId, hostId, size };
}

/** `--name NAME` */
export function parseName(text: string): string {
  if (text === "") throw new InvalidArgumentError("a name is not empty.");
  return text;
}
