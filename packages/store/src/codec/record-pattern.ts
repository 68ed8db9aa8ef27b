import { SIMPLE_TIME } from "./go-time.ts";

/**
 * A record as nearly all are, as a pattern: in the very bytes that Go writes,
 * plain ASCII, with not more than four keys in a map. An engine for patterns
 * compiles it to machine code at once; code of ours is slow until it has run for a
 * while, and a store is mostly opened in a process that just started.
 *
 * What it takes, `scanRecord` takes too, with the same end, but for the order of
 * keys: these are captured. No two parts of a repetition can begin alike, so that
 * it never tries a text in more than one way.
 */
export function recordPattern(): RegExp {
  return new RegExp(
    `{"id":"(${PLAIN})"(?:,"names":\\[${PLAIN_LIST}\\])?,"image":"(${PLAIN})","layer":"(${PLAIN})"` +
      `(?:,"metadata":(?!"")${TEXT})?(?:,"big-data-names":\\[${TEXT}(?:,${TEXT})*\\])?` +
      `(?:,"big-data-sizes":${mapOf(NUMBER)})?(?:,"big-data-digests":${mapOf(TEXT)})?` +
      `,"created":"${SIMPLE_TIME}"(?:,"flags":${mapOf(`(?:${TEXT}|true|false|null|${NUMBER})`)})?}`,
    "y",
  );
}

/** Where the captures of the pattern stand in its match. */
export const Captures = { id: 1, names: 2, image: 3, layer: 4, maps: [5, 9, 13] } as const;

export const KEYS_IN_MAP = 4;

/** What stands for itself, see json-kinds.ts; as latin1, a byte is a character. */
const PLAIN = String.raw`[^"\\<>&\x00-\x1f\x80-\xff]*`;
/** With the usual escapes: those of quotes and lines, and of HTML. */
const TEXT = String.raw`"${PLAIN}(?:\\(?:["\\nrt]|u003[ce]|u0026)${PLAIN})*"`;
const PLAIN_LIST = `"(${PLAIN}(?:","${PLAIN})*)"`;
const NUMBER = "(?:0|[1-9][0-9]{0,14})";

function mapOf(value: string): string {
  const member = `"(${PLAIN})":${value}`;
  const more = Array.from({ length: KEYS_IN_MAP - 1 }).reduce((rest) => `(?:,${member}${String(rest)})?`, "");
  return `{${member}${String(more)}}`;
}
