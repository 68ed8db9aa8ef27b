import type { JsonValue } from "../model/json-value.ts";

/** A member of an object, or a place in a list (negative ones count from the end). */
type Step = string | number;

/** Where to look, and what must be there; undefined where anything will do. */
export interface MetadataCondition {
  readonly path: readonly Step[];
  readonly value: string | undefined;
}

const NAME = /[^.[=]+/y;
const INDEX = /\[(-?\d{1,15})\]/y;
const QUOTED = /\["((?:[^"\\]|\\["'\\])*)"\]|\['((?:[^'\\]|\\["'\\])*)'\]/y;

/**
 * Reads `PATH` or `PATH=VALUE`. A path has one target at most, as a singular
 * query of JSONPath (RFC 9535): names behind points, `[0]`, `['name']`. The `$.`
 * in front may be left out, and a name behind a point may hold anything but
 * `.`, `[` and `=`, since podman's names have dashes. There are no wildcards and
 * no expressions, so that looking takes as many steps as the path has.
 *
 * @returns undefined when it is no path
 */
export function readMetadataCondition(text: string): MetadataCondition | undefined {
  const path: Step[] = [];
  const hasRoot = /^\$(?:[.[=]|$)/.test(text);
  let at = hasRoot ? 1 : 0;
  while (at < text.length && text[at] !== "=") {
    const isNamed = text[at] === "." || (path.length === 0 && !hasRoot && text[at] !== "[");
    if (text[at] === ".") {
      if (path.length === 0 && !hasRoot) return undefined;
      at += 1;
    }
    const match = isNamed ? take(NAME, text, at) : (take(INDEX, text, at) ?? take(QUOTED, text, at));
    if (match === null) return undefined;
    if (isNamed) path.push(match[0]);
    else if (match[0][1] === "'" || match[0][1] === '"')
      path.push((match[1] ?? match[2] ?? "").replaceAll(/\\(.)/g, "$1"));
    else path.push(Number(match[1]));
    at += match[0].length;
  }
  if (path.length === 0 && !hasRoot) return undefined;
  return { path, value: at < text.length ? text.slice(at + 1) : undefined };
}

function take(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** What lies at the path; undefined when nothing does. The value may be hostile: only its own members count. */
export function valueAt(root: JsonValue, path: readonly Step[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (typeof step === "number") value = Array.isArray(value) ? (value.at(step) as JsonValue) : undefined;
    else if (Array.isArray(value) || !Object.hasOwn(value, step)) return undefined;
    else value = (value as { readonly [key: string]: JsonValue })[step];
  }
  return value;
}
