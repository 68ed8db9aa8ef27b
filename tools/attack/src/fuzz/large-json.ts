import type { SeededRandom } from "@stowage/test-kit";

const CREATED = '"created":"2024-01-02T03:04:05Z"';
const ID = `"id":"${"a0".repeat(32)}"`;

const many = (bytes: number, unit: (index: number) => string): string => {
  const parts: string[] = [];
  for (let length = 0, index = 0; length < bytes; index += 1) {
    const part = unit(index);
    parts.push(part);
    length += part.length + 1;
  }
  return parts.join(",");
};

const record = (members: string): string => `{${ID},"image":"","layer":"",${members},${CREATED}}`;

/** Files that are large, or deep, in one way; `bytes` is about how large. */
const SHAPES: Readonly<Record<string, (bytes: number, random: SeededRandom) => string>> = {
  "a long string": (bytes) => `[${record(`"metadata":"${"x".repeat(bytes)}"`)}]`,
  "a long string of escapes": (bytes) => `[${record(`"metadata":"${"\\u00e9\\n".repeat(bytes / 8)}"`)}]`,
  "a long string of bytes that are no UTF-8": (bytes) =>
    `[${record(`"metadata":"${"\u00ff".repeat(bytes)}"`)}]`,
  "a long string that does not end": (bytes) => `[{${ID},"metadata":"${"\\\\".repeat(bytes / 2)}`,
  "a long id": (bytes) => `[{"id":"${"a".repeat(bytes)}","image":"","layer":"",${CREATED}}]`,
  "a long number": (bytes) => `[${record(`"flags":{"f":${"9".repeat(bytes)}}`)}]`,
  "a long size": (bytes) => `[${record(`"big-data-sizes":{"k":${"9".repeat(bytes)}}`)}]`,
  "a long time": (bytes) => `[{${ID},"created":"2024-01-02T03:04:05.${"9".repeat(bytes)}Z"}]`,
  "a long fraction": (bytes) => `[${record(`"flags":{"f":0.${"0".repeat(bytes)}1}`)}]`,
  "many names": (bytes) => `[${record(`"names":[${many(bytes, (index) => `"n${index}"`)}]`)}]`,
  "one name many times": (bytes) => `[${record(`"names":[${many(bytes, () => '"n"')}]`)}]`,
  "many keys": (bytes) => `[${record(`"big-data-names":[${many(bytes, (index) => `"k${index}"`)}]`)}]`,
  "many flags": (bytes) => `[${record(`"flags":{${many(bytes, (index) => `"k${index}":[]`)}}`)}]`,
  "one flag many times": (bytes) => `[${record(`"flags":{${many(bytes, () => '"k":{}')}}`)}]`,
  "one member many times": (bytes) => `[{${many(bytes, () => '"id":"a"')}}]`,
  "many unknown members": (bytes) => `[${record(many(bytes, (index) => `"u${index}":[1]`))}]`,
  "many mappings": (bytes) =>
    `[${record(`"uidmap":[${many(bytes, (index) => `{"container_id":${index},"host_id":0,"size":1}`)}]`)}]`,
  "many empty lists": (bytes) => `[${record(`"flags":{"f":[${many(bytes, () => "[]")}]}`)}]`,
  "many empty records": (bytes) => `[${many(Math.min(bytes, MOST_EMPTY), () => "{}")}]`,
  "many records": (bytes) =>
    `[${many(bytes, (index) => `{"id":"${index.toString(16).padStart(64, "0")}","names":["n${index}"],"image":"","layer":"l",${CREATED}}`)}]`,
  "many records of one id": (bytes) => `[${many(bytes, () => `{${ID},"image":"","layer":"",${CREATED}}`)}]`,
  "many records that want one name": (bytes) =>
    `[${many(bytes, (index) => `{"id":"${index}","names":["n"],"image":"","layer":"",${CREATED}}`)}]`,
  "many broken records": (bytes) =>
    `[${many(bytes, (index) => `{"id":"${index}","image":"","layer":"","created":${index}}`)}]`,
  "broken records inside of records": (bytes) => `[!${`{"id":"a","flags":{"f":`.repeat(bytes / 24)}`,
  "records in beginnings of records": (bytes) =>
    `[!${`{"id":"a","x":[${record('"metadata": "m"')},`.repeat(bytes / 160)}`,
  "records behind each other": (bytes) =>
    `[!${Array.from({ length: bytes / 80 }, (_, index) => `{"id":"${index}","image":"","layer":"",${CREATED} }`).join("}")}`,
  "white space": (bytes) => `[${" ".repeat(bytes)}${record('"metadata":"m"')}]`,
  NULs: (bytes) => "\0".repeat(bytes),
  "a NUL and much behind it": (bytes) => `[${record('"metadata":"m"')}]\0${"x".repeat(bytes)}`,
  commas: (bytes) => `[${",".repeat(bytes)}]`,
  "deep lists": (_, random) => deep(random, "[", "]"),
  "deep objects": (_, random) => deep(random, '{"a":', "}"),
  "deep lists at the top": (_, random) => "[".repeat(levels(random)),
  "deep objects at the top": (_, random) => `[${'{"id":'.repeat(levels(random))}`,
  "deep unknown members": (_, random) => {
    const level = levels(random);
    return `[${record(`"new":${"[".repeat(level)}1${"]".repeat(level)}`)}]`;
  },
};

const levels = (random: SeededRandom): number => random.pick([9_980, 9_996, 10_000, 100_000, 100_000]);

function deep(random: SeededRandom, open: string, close: string): string {
  const level = levels(random);
  return `[${record(`"flags":{"f":${open.repeat(level)}1${close.repeat(level)}}`)}]`;
}

/**
 * Small records are the one thing that is cheap to write and not to remember: each takes some 400 bytes, so that of
 * `{}` as many come as a store of fifty thousand containers has, and not as a file has room for.
 */
const MOST_EMPTY = 150_000;

/** @param most bytes */
export function largeFile(
  random: SeededRandom,
  most: number,
): { readonly kind: string; readonly text: string } {
  const kind = random.pick(Object.keys(SHAPES));
  const bytes = Math.floor(most * (0.1 + 0.9 * random.next()));
  return { kind, text: SHAPES[kind]!(bytes, random) };
}
