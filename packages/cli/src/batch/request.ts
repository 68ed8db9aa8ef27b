import type { BigDataItem, IdMapping, JsonValue } from "@stowage/store";

import { ProgramError } from "../errors.ts";
import { decodeBase64 } from "./base64.ts";

/** One request, complete: what the line left out is empty, as in Go. */
export interface BatchRequest {
  readonly op: string;
  readonly id: string;
  readonly names: readonly string[];
  readonly image: string;
  readonly layer: string;
  readonly metadata: string;
  readonly flags: ReadonlyMap<string, JsonValue>;
  /** Undefined when it was not given: an empty list is stored, none is not. */
  readonly mountOpts: readonly string[] | undefined;
  readonly volatile: boolean;
  readonly uidmap: readonly IdMapping[];
  readonly gidmap: readonly IdMapping[];
  readonly bigData: readonly BigDataItem[];
  readonly key: string;
  /** Decoded when it is asked for, as only some operations have it. */
  readonly base64: string;
  readonly flag: string;
  readonly value: JsonValue;
  readonly prefix: string;
  readonly name: string;
}

/**
 * Reads one line by the rules of Go's encoding/json: unknown members are passed
 * over, null stands for nothing, lone surrogates become U+FFFD, numbers are
 * 64-bit floats. Throws ERR_BAD_REQUEST with the member at fault.
 */
export function parseRequest(line: string): BatchRequest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (cause) {
    throw badRequest(cause instanceof Error ? cause.message : "it is no JSON", cause);
  }
  try {
    const members = objectAt("the request", parsed ?? {});
    const text = (name: string): string => stringAt(name, members.get(name));
    const list = <T>(name: string, item: (where: string, value: unknown) => T): readonly T[] =>
      arrayAt(name, members.get(name)).map((value, index) => item(`${name}[${index}]`, value));
    checkLock(text("lock"));
    return {
      op: text("op"),
      id: text("id"),
      names: list("names", stringAt),
      image: text("image"),
      layer: text("layer"),
      metadata: text("metadata"),
      flags: new Map(
        [...objectAt("flags", members.get("flags") ?? {})].map(([flag, value]) => [
          flag,
          jsonAt("flags", value),
        ]),
      ),
      mountOpts: (members.get("mountOpts") ?? undefined) && list("mountOpts", stringAt),
      volatile: booleanAt("volatile", members.get("volatile")),
      uidmap: list("uidmap", mappingAt),
      gidmap: list("gidmap", mappingAt),
      bigData: list("bigData", itemAt),
      key: text("key"),
      base64: text("base64"),
      flag: text("flag"),
      value: jsonAt("value", members.get("value") ?? null),
      prefix: text("prefix"),
      name: text("name"),
    };
  } catch (error) {
    // A value nested deeper than the stack; Go has a limit there too.
    if (error instanceof RangeError) throw badRequest("it is nested too deeply", error);
    throw error;
  }
}

export function badRequest(what: string, cause?: unknown): ProgramError {
  return new ProgramError("ERR_BAD_REQUEST", `bad request: ${what}`, { cause });
}

function wrongType(where: string, wanted: string): ProgramError {
  return badRequest(`${where} must be ${wanted}`);
}

/** Members of an object under their well-formed names; the last of two equal ones counts. */
function objectAt(where: string, value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrongType(where, "an object");
  return new Map(Object.entries(value).map(([name, member]) => [name.toWellFormed(), member as unknown]));
}

function arrayAt(where: string, value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(where, "an array");
  return value;
}

function stringAt(where: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw wrongType(where, "a string");
  return value.toWellFormed();
}

function booleanAt(where: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw wrongType(where, "true or false");
  return value;
}

function integerAt(where: string, value: unknown): number {
  if (value === undefined || value === null) return 0;
  // Beyond 2^53 the parser has rounded it already.
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw wrongType(where, "a whole number below 2^53");
  return value;
}

function mappingAt(where: string, value: unknown): IdMapping {
  const members = objectAt(where, value ?? {});
  const number = (name: string): number => integerAt(`${where}.${name}`, members.get(name));
  return { containerId: number("container_id"), hostId: number("host_id"), size: number("size") };
}

function itemAt(where: string, value: unknown): BigDataItem {
  const members = objectAt(where, value ?? {});
  return {
    key: stringAt(`${where}.key`, members.get("key")),
    data: decodeBase64(`${where}.base64`, stringAt(`${where}.base64`, members.get("base64"))),
  };
}

/** The value itself, with well-formed strings and objects without a prototype. */
function jsonAt(where: string, value: unknown): JsonValue {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw wrongType(where, "made of numbers that a 64-bit float can hold");
    return value;
  }
  if (value === null || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item) => jsonAt(where, item));
  const copy = Object.create(null) as Record<string, JsonValue>;
  for (const [name, member] of objectAt(where, value)) copy[name] = jsonAt(where, member);
  return copy;
}

/** Other programs let a request choose the lock; ours always takes the right one. */
function checkLock(lock: string): void {
  if (lock !== "" && lock !== "r" && lock !== "w") throw badRequest(`unknown lock ${JSON.stringify(lock)}`);
}
