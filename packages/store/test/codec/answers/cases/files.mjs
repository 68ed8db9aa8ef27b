import { file, record, utf8, bytes, range } from "./parts.mjs";

export function files() {
  const one = record();
  const two = one.replace('"a"', '"b"');
  return [
    "",
    " ",
    "\n",
    "\t\r\n ",
    "\x00",
    "\x00\x00",
    "null",
    "nul",
    "nulls",
    "null ",
    " null",
    "null\x00",
    "null]",
    "NULL",
    "[]",
    "[ ]",
    " [] ",
    "[]]",
    "[][]",
    "[] []",
    "[]\x00",
    "[]\x00x",
    "[]x",
    "[],",
    "[",
    "]",
    "{}",
    '""',
    "0",
    "true",
    "[null]",
    `[${one},null]`,
    `[null,${one}]`,
    "[[]]",
    "[1]",
    '["x"]',
    "[true]",
    "[,]",
    "[{}",
    "[{]",
    "[}",
    "[{},]",
    "[,{}]",
    "[{},,{}]",
    "[{}{}]",
    "[{} {}]",
    "{[]}",
    '{"0":{}}',
    "\xef\xbb\xbf[]",
    "\xff\xfe[\x00]\x00",
    "//x\n[]",
    "[]//x",
    "[/**/]",
    "[]\x0b",
    "[]\x0c",
    "[]\x1a",
    "[]\x7f",
    utf8("[]\u00a0"),
    utf8("[]\ufeff"),
    utf8("\u2028[]"),
    `[${one},${two}]`,
    `[ ${one} , ${two} ]`,
    `[${one}\n,\n${two}]\n`,
    `[${one},${two}`,
    `[${one},${two}]\x00`,
    `[${one},${two}]\x00garbage`,
    `[${one},${two}] \x00`,
    `[${one},${two}]x`,
    `[${one};${two}]`,
    `[${one}${two}]`,
    `${one}`,
    `${one},${two}`,
    `[${one}],[${two}]`,
    `[${one}][${two}]`,
    `[${one},${one}]`,
    `[${two},${one},${two}]`,
    ...range(0, one.length + 1).map((cut) => `[${one.slice(0, cut)}`),
    ...range(0, one.length).map((cut) => `[${one.slice(0, cut)}]`),
    // Every byte where white space may be.
    ...range(0, 256).flatMap((code) => [
      `[${bytes(code)}{}]`,
      `[{}]${bytes(code)}`,
      `[{${bytes(code)}"id":"a"}]`,
      `[{"id"${bytes(code)}:"a"}]`,
      `[{"flags":{"a":1${bytes(code)}}}]`,
      `[{"x":[1${bytes(code)}]}]`,
    ]),
  ];
}

/** Files that are too long to be written out: pairs of a text and how often it comes. */
export function nesting() {
  const places = [
    (inside) => [['[{"id":"a","flags":{"k":', 1], ...inside, ["}}]", 1]],
    (inside) => [['[{"id":"a","flags":', 1], ...inside, ["}]", 1]],
    (inside) => [['[{"id":"a","unknown":', 1], ...inside, ["}]", 1]],
    (inside) => [['[{"id":"a","uidmap":[{"unknown":', 1], ...inside, ["}]}]", 1]],
  ];
  const depths = range(9_990, 10_011);
  return places.flatMap((place) =>
    depths.flatMap((depth) => [
      place([
        ["[", depth],
        ["]", depth],
      ]),
      place([
        ['{"k":', depth],
        ["1", 1],
        ["}", depth],
      ]),
      place([['[{"k":', depth >> 1], ...(depth % 2 === 1 ? [["[]", 1]] : [["1", 1]]), ["}]", depth >> 1]]),
    ]),
  );
}

export function large() {
  const counted = (count, item) => range(0, count).map(item).join(",");
  return [
    file(`"flags":{${counted(1_000, (n) => `"k${(n * 7_919) % 1_000}":${n}`)}}`),
    file(`"big-data-sizes":{${counted(1_000, (n) => `"${String.fromCharCode(97 + (n % 26))}${n}":${n}`)}}`),
    file(`"big-data-names":[${counted(1_000, (n) => `"${(n * 31) % 1_000}"`)}]`),
    file(`"uidmap":[${counted(1_000, (n) => `{"container_id":${n},"host_id":${n * 2},"size":1}`)}]`),
    file(counted(300, (n) => `"x${n}":{"n":[${n}]}`)),
    file(`"metadata":"${'\\\\\\"\\n'.repeat(3_000)}"`),
    file(`"metadata":"${utf8("\u00e9\u{1f600}<\u2028").repeat(1_000)}"`),
    file(`"flags":{"k":[${counted(2_000, (n) => `${n}.5e${n % 300}`)}]}`),
  ];
}
