import type { JsonValue } from "../model/json-value.ts";
import { goFloat } from "./go-number.ts";
import { goString } from "./go-string.ts";
import { compareKeys } from "./utf8.ts";

/** A list or an object that is being written. */
interface Open {
  readonly close: string;
  /** Each with its key as it is written, empty in lists. */
  readonly rest: Iterator<readonly [string, JsonValue]>;
  isFirst: boolean;
}

/**
 * The value as Go writes it: keys sorted, numbers as floats. Values nested deep
 * are kept on a list of our own, not on the call stack.
 *
 * @throws TypeError when a number is none that JSON has
 */
export function writeValue(value: JsonValue): string {
  if (value === null || typeof value !== "object") return writeSimple(value);
  let text = "";
  const open: Open[] = [];
  const begin = (item: object): void => {
    const isList = Array.isArray(item);
    text += isList ? "[" : "{";
    const rest = isList ? itemsOf(item as readonly JsonValue[]) : membersOf(item as Members);
    open.push({ close: isList ? "]" : "}", rest, isFirst: true });
  };
  begin(value);
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    const next = inner.rest.next();
    if (next.done === true) {
      text += inner.close;
      open.pop();
      continue;
    }
    const [key, item] = next.value;
    text += inner.isFirst ? key : `,${key}`;
    inner.isFirst = false;
    if (item !== null && typeof item === "object") begin(item);
    else text += writeSimple(item);
  }
  return text;
}

type Members = Readonly<Record<string, JsonValue>>;

function* itemsOf(items: readonly JsonValue[]): Generator<readonly [string, JsonValue], undefined> {
  for (const item of items) yield ["", item];
  return undefined;
}

function* membersOf(members: Members): Generator<readonly [string, JsonValue], undefined> {
  for (const key of sortedKeys(Object.keys(members))) yield [`${goString(key)}:`, members[key]!];
  return undefined;
}

/** The keys in the order in which Go writes them; sorts the array that it is given. */
export function sortedKeys(keys: string[]): string[] {
  return keys.length > 1 ? keys.sort(compareKeys) : keys;
}

function writeSimple(value: null | boolean | number | string): string {
  if (typeof value === "string") return goString(value);
  if (typeof value === "number") return goFloat(value);
  return value === null ? "null" : value ? "true" : "false";
}
