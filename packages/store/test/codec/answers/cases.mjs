// The odd files that make.mjs asks the real library about, by group. Every character stands for one byte.
import { seeded } from "./seeded.mjs";

export const CREATED = '"created":"2024-01-02T03:04:05Z"';
/** A file of one record with these members after the necessary ones. */
const file = (...members) => `[${record(...members)}]`;
const record = (...members) => `{"id":"a","image":"","layer":"",${[CREATED, ...members].join(",")}}`;
const utf8 = (text) => Buffer.from(text).toString("latin1");
const bytes = (...values) => String.fromCharCode(...values);
const range = (from, to) => Array.from({ length: to - from }, (_, index) => from + index);
const product = (...lists) =>
  lists.reduce((all, list) => all.flatMap((before) => list.map((item) => [...before, item])), [[]]);

/** Members that may hold the inside of a string. */
const STRING_PLACES = [
  (text) => `"metadata":"${text}"`,
  (text) => `"flags":{"${text}":"${text}"}`,
  (text) => `"unknown":{"${text}":["${text}"]}`,
];
const everywhere = (texts) => texts.flatMap((text) => STRING_PLACES.map((place) => file(place(text))));
const inMetadata = (texts) => texts.map((text) => file(STRING_PLACES[0](text)));

function escapes() {
  const units = ["d7ff", "d800", "dbff", "dc00", "dfff", "e000", "0041", "2028", "fffd"];
  const behind = ["", "x", "\\n", "\\", "\\q", "\\u", "\\u00", "\\u00g0", "\\/"];
  return [
    ...everywhere(range(0, 256).map((code) => `\\${bytes(code)}`)),
    ...inMetadata(range(0, 0x100).map((code) => `\\u00${code.toString(16).padStart(2, "0")}`)),
    ...inMetadata(["\\u003C", "\\u003c", "\\u000A", "\\u001F", "\\u001f", "\\u2028", "\\u2029", "\\u202A"]),
    ...everywhere([
      "\\u00",
      "\\u00g1",
      "\\u 041",
      "\\u+041",
      "\\U0041",
      "\\u{41}",
      "\\uD83D\\uDE00",
      "\\ud83d\\ude00",
    ]),
    ...inMetadata(product(units, units).map(([one, other]) => `\\u${one}\\u${other}`)),
    ...inMetadata(
      product(["d800", "dc00"], ["d800", "dc00"], ["d800", "dc00"]).map((all) =>
        all.map((unit) => `\\u${unit}`).join(""),
      ),
    ),
    ...everywhere(product(["d800", "dc00"], behind).map(([unit, after]) => `\\u${unit}${after}`)),
    ...["\\", "\\u", "\\u1", "\\ud800", "\\ud800\\"].map((cut) => `[{"id":"a","metadata":"${cut}`),
  ];
}

function strings() {
  const wide = [
    "\u007f",
    "\u0080",
    "\u07ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\ufdd0",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\u{10000}",
    "\u{10ffff}",
    "\u2028",
    "\u2029",
    "\u2027",
    "\u202a",
    "\ufeff",
    "e\u0301",
    "<a href='x'>&amp;</a>",
    "/",
  ];
  const leads = [
    0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xf8, 0xfe, 0xff,
  ];
  const continuations = ["\x41", "\x7f", "\x80", "\x8f", "\x90", "\x9f", "\xa0", "\xbf", "\xc2", "\xff"];
  return [
    ...everywhere(range(0, 0x20).map((code) => `a${bytes(code)}b`)),
    ...everywhere(range(0, 0x20).map((code) => `\\ta${bytes(code)}b`)),
    ...inMetadata(
      range(0x20, 0x100)
        .filter((code) => code !== 0x22 && code !== 0x5c)
        .map((code) => bytes(code)),
    ),
    ...everywhere(wide.map(utf8)),
    ...inMetadata(product(leads, continuations).map(([lead, next]) => `${bytes(lead)}${next}`)),
    ...inMetadata(
      product(leads.slice(6), ["\x80", "\xa0", "\x9f", "\xbf"], ["\x80", "\x41"], ["", "\x80", "\xff"]).map(
        ([lead, ...rest]) => `${bytes(lead)}${rest.join("")}`,
      ),
    ),
    ...everywhere([
      "\x80",
      "\xff",
      "a\xc3",
      "\xe2\x82",
      "\xed\xa0\x80",
      "\xed\xa0\x80\xed\xb0\x80",
      "\xc3\\u0041",
      "\\n\xff",
    ]),
    // Where else a string stands.
    ...["\xff", "\\ud800", "<", "", "\x01", "\\n\x01", utf8("\u2028")].flatMap((text) => [
      `[{"id":"${text}","image":"","layer":"",${CREATED}}]`,
      `[{"id":"a","image":"${text}","layer":"",${CREATED}}]`,
      `[{"id":"a","image":"","layer":"${text}",${CREATED}}]`,
      file(`"names":["${text}"]`),
      file(`"big-data-names":["${text}","${text}"]`),
      file(`"big-data-sizes":{"${text}":1}`),
      file(`"big-data-digests":{"${text}":"${text}"}`),
      file(`"${text}":1`),
      file(`"uidmap":[{"${text}":1}]`),
    ]),
  ];
}

function numbers() {
  const forms = [
    ..."0 -0 00 01 -01 -00 1 -1 +1 -+1 --1 - -+ -+0 -+00 -+01 -+1.5 -+.5 -+1e2 -+.e1 -+01.5e1".split(" "),
    ..."1. 1.0 0.0 -0.0 .5 -.5 -.5e1 -. . 00.5 -00.5 -00.5e1 -01e1 1.e1 1..2 1.2.3 1.5 -1.5".split(" "),
    ..."1e3 1E3 1e+3 1e-3 1E+03 1e003 1e 1e+ 1e- 1e+-1 e1 0e0 -0e5 0e999999 1e-999999 1e999999".split(" "),
    ..."1e308 1e309 -1e309 1.7976931348623157e308 1.7976931348623159e308 5e-324 2e-324 4.9e-324 2.2250738585072014e-308".split(
      " ",
    ),
    ..."9007199254740991 9007199254740992 9007199254740993 -9007199254740993 999999999999999 1000000000000000 99999999999999999".split(
      " ",
    ),
    ..."2147483647 2147483648 -2147483648 -2147483649 4294967295 4294967296".split(" "),
    ..."9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616 92233720368547758070".split(
      " ",
    ),
    ..."1e20 1e21 1e22 100000000000000000000 999999999999999999999 1000000000000000000000 123456789012345678901234567890".split(
      " ",
    ),
    ..."0.1 0.000001 0.0000001 0.00000123 1e-6 1e-7 9.99e-7 123.456e5 4.35 0.30000000000000004 1.10 3.14159265358979323846 1e23".split(
      " ",
    ),
    ..."NaN Infinity -Infinity nan inf 0x1 1_0 1a 1n 1f 0b1 '1' \"1\" true null".split(" "),
    "1 2",
    "- 1",
    "1 .5",
    "1\x00",
    "\x001",
    `0.${"3".repeat(40)}`,
    "1".repeat(310),
    "9".repeat(309),
    `0.${"0".repeat(400)}1`,
  ];
  const places = [
    (form) => `"big-data-sizes":{"k":${form}}`,
    (form) => `"uidmap":[{"container_id":${form},"host_id":1,"size":1}]`,
    (form) => `"flags":{"k":${form}}`,
    (form) => `"flags":{"k":[{"n":${form}}]}`,
    (form) => `"unknown":${form}`,
    (form) => `"unknown":{"n":[${form}]}`,
  ];
  return forms.flatMap((form) => places.map((place) => file(place(form))));
}

function times() {
  const created = (text) => `[{"id":"a","image":"","layer":"","created":${text}}]`;
  const forms = [
    ..."2024-01-02T03:04:05Z 2024-01-02T03:04:05z 2024-01-02t03:04:05Z 2024-01-02T03:04:05 2024-01-02 2024-01-02T03:04Z 2024-01-02T03:04:05.Z".split(
      " ",
    ),
    "2024-01-02 03:04:05Z",
    " 2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05Z ",
    "2024-01-02T03:04:05 Z",
    "",
    "now",
    "1704164645",
    "2024-01-02T03:04:05Z\x00",
    ..."2024-1-02T03:04:05Z 2024-01-2T03:04:05Z 2024-01-02T3:04:05Z 2024-01-02T03:4:05Z 2024-01-02T03:04:5Z 24-01-02T03:04:05Z 12024-01-02T03:04:05Z 0000-01-01T00:00:00Z 9999-12-31T23:59:59.999999999Z".split(
      " ",
    ),
    ..."2024-00-02T03:04:05Z 2024-13-02T03:04:05Z 2024-01-00T03:04:05Z 2024-01-32T03:04:05Z 2024-02-29T03:04:05Z 2023-02-29T03:04:05Z 1900-02-29T00:00:00Z 2000-02-29T00:00:00Z 2024-04-31T00:00:00Z 2024-02-30T00:00:00Z".split(
      " ",
    ),
    ..."2024-01-02T24:00:00Z 2024-01-02T23:60:00Z 2024-01-02T23:59:60Z 2024-01-02T99:00:00Z 2024-01-02T-1:00:00Z 2024-01-02T003:04:05Z".split(
      " ",
    ),
    ...[
      ".1",
      ".0",
      ".000000000",
      ".10",
      ".123456789",
      ".1234567890",
      ".1234567899",
      ".9999999999",
      ",5",
      ",50",
      ".5,5",
      "..5",
      ".+5",
      ".a",
      ".1a",
      `.${"1".repeat(40)}`,
      ":30",
      ".123456789123456789",
    ].map((part) => `2024-01-02T03:04:05${part}Z`),
    ...[
      "+00:00",
      "-00:00",
      "+01:00",
      "-01:00",
      "+23:59",
      "-23:59",
      "+24:00",
      "-24:00",
      "+24:59",
      "+24:60",
      "+25:00",
      "+00:60",
      "+23:60",
      "-00:60",
      "+00:61",
      "+0100",
      "+01",
      "+1:00",
      "+01:0",
      "+01:000",
      "+99:99",
      "~01:00",
      "+01:00:00",
      "+01-00",
      "+ 1:00",
      "Z00:00",
      "+01:00Z",
      "ZZ",
      "MST",
    ].map((zone) => `2024-01-02T03:04:05.5${zone}`),
    ..."-024-01-02T03:04:05Z +2024-01-02T03:04:05Z 2024/01/02T03:04:05Z 2024-01-02T03.04.05Z 2024-01-02T03:04:05.5+24:00 0001-01-01T00:00:00Z 0000-01-01T00:00:00+01:00 9999-12-31T23:59:59-01:00".split(
      " ",
    ),
    "\\u0032024-01-02T03:04:05Z",
    "2024-01-02T03:04:05\\u005a",
    "2024-01-02T03:04:05+01:00\\n",
    "\xff",
    "2024-01-02T03:04:05\\/Z",
    "2024\\-01-02T03:04:05Z",
  ];
  return [
    ...forms.map((text) => created(`"${text}"`)),
    ...["null", "0", "1704164645", "{}", "[]", "true", '["2024-01-02T03:04:05Z"]'].map(created),
    ...["null", '"2025-01-02T03:04:05Z"', '""'].map((second) => file(`"created":${second}`)),
  ];
}

const MEMBERS = [
  "id",
  "names",
  "image",
  "layer",
  "metadata",
  "big-data-names",
  "big-data-sizes",
  "big-data-digests",
  "created",
  "uidmap",
  "gidmap",
  "flags",
];
const VALUES = {
  id: ['"a"', '"b"'],
  image: ['"i"', '"j"'],
  layer: ['"l"', '"m"'],
  metadata: ['"x"', '"y"', '""'],
  names: ['["n"]', '["o","p"]', "[]"],
  "big-data-names": ['["n"]', '["o","p"]', "[]"],
  "big-data-sizes": ['{"a":1}', '{"a":2,"b":3}', "{}"],
  "big-data-digests": ['{"a":"1"}', '{"a":"2","b":"3"}', "{}"],
  created: ['"2024-01-02T03:04:05Z"', '"2025-01-02T03:04:05.5Z"'],
  flags: ['{"a":{"x":1}}', '{"a":{"y":2},"b":3}', "{}", '{"a":null}'],
  uidmap: [
    '[{"container_id":1,"host_id":2,"size":3},{"container_id":4,"host_id":5,"size":6}]',
    '[{"size":9}]',
    '[{},{"host_id":8},{}]',
    "[]",
  ],
  gidmap: ['[{"container_id":1,"host_id":2,"size":3}]', "[{},{}]", "[null]"],
};

function keys() {
  const one = (key, value) => `[{"created":"2024-01-02T03:04:05Z",${key}:${value}}]`;
  const spelled = (member) => [
    member.toUpperCase(),
    member[0].toUpperCase() + member.slice(1),
    utf8(member.replaceAll("s", "\u017f")),
    utf8(member.replaceAll("i", "\u0130")),
    utf8(member.replaceAll("i", "\u0131")),
    `\\u00${member.charCodeAt(0).toString(16)}${member.slice(1)}`,
    ` ${member}`,
    `${member} `,
    member.replaceAll("-", "_"),
    member.replaceAll("-", ""),
    `${member}\\u0000`,
    member.slice(0, -1),
    utf8(`${member}\u0301`),
  ];
  const mapping = (members) => file(`"uidmap":[{${members}}]`);
  return [
    ...MEMBERS.flatMap((member) => spelled(member).map((key) => one(`"${key}"`, VALUES[member][0]))),
    ...MEMBERS.flatMap((member) =>
      product([...VALUES[member], "null"], [...VALUES[member], "null"]).map(
        ([first, second]) => `[{"${member}":${first},"x":1,"${member.toUpperCase()}":${second}}]`,
      ),
    ),
    ...["uidmap", "flags", "names", "big-data-sizes"].flatMap((member) =>
      product(VALUES[member], [...VALUES[member], "null"], VALUES[member]).map(
        (all) => `[{${all.map((value) => `"${member}":${value}`).join(",")}}]`,
      ),
    ),
    // Order, and members that are missing.
    ...MEMBERS.map(
      (member) =>
        `[{${MEMBERS.filter((other) => other !== member)
          .map((other) => `"${other}":${VALUES[other][0]}`)
          .join(",")}}]`,
    ),
    ...MEMBERS.map(
      (_, turn) =>
        `[{${[...MEMBERS.slice(turn), ...MEMBERS.slice(0, turn)].map((other) => `"${other}":${VALUES[other][0]}`).join(",")}}]`,
    ),
    `[{${MEMBERS.toReversed()
      .map((other) => `"${other}":${VALUES[other][0]}`)
      .join(",")}}]`,
    "[{}]",
    "[{},{}]",
    '[{"x":1}]',
    '[{"":1}]',
    '[{"id":"a"}]',
    ...[
      '"container_id":1',
      '"CONTAINER_ID":1,"Host_Id":2,"sIzE":3',
      '"size":1,"host_id":2,"container_id":3',
      '"size":1,"size":2',
      '"size":1,"size":null',
      '"other":[1,{"x":"y"}],"size":1',
      '"containerid":1',
      '"container-id":1',
      '"\\u0073ize":5',
      '"":1',
      "",
    ].map(mapping),
    mapping(utf8('"\u017fize":5')),
    mapping(utf8('"s\u0130ze":5')),
    mapping(utf8('"si\u0131ze":5')),
    mapping(utf8('"host_\u0130d":5')),
    ...[
      '"x":1,"x":2',
      '"x":1,"y":2,"x":3',
      '"X":1,"x":2',
      '"x":{"a":1,"a":2}',
      '"x": [ 1 , 2 ] ',
      '"x":"\\u0041"',
      '"x":1.0',
      '"x":1e999',
      '"__proto__":1',
      '"constructor":{}',
      '"toString":"x"',
      '"hasOwnProperty":null',
    ].map((members) => file(members)),
    ...["names", "flags", "id"].flatMap((member) =>
      ["__proto__", "constructor", "prototype"].map(
        (key) => `[{"${member}":${VALUES[member][0]},"${key}":{"id":"evil"}}]`,
      ),
    ),
    ...["__proto__", "constructor", "toString", "0", "10", "9", "-1", "1.5"].flatMap((key) => [
      file(`"flags":{"b":1,"${key}":{"${key}":1},"a":2}`),
      file(`"big-data-sizes":{"b":1,"${key}":2,"a":3}`),
    ]),
  ];
}

const ANY = [
  "null",
  "true",
  "false",
  "1",
  "-1",
  "1.5",
  '"x"',
  '""',
  "[]",
  "{}",
  "[1]",
  '["x"]',
  "[[]]",
  "[{}]",
  "[null]",
  '{"a":1}',
  '{"a":"x"}',
  '{"a":null}',
  '{"a":[]}',
  '{"a":{}}',
  '{"":1}',
  "nul",
  "tru",
  "fals",
  "nulll",
  "True",
  "undefined",
  "-",
  "'x'",
  "",
  ",",
  ":",
  "]",
  "}",
  "[",
  "{",
  "[1",
  '{"a"',
  '{"a":',
  '{"a":1',
  "[1,]",
  "[,1]",
  '{"a":1,}',
  '{,"a":1}',
  '{"a" 1}',
  "{1:2}",
  "{a:1}",
  "{null:1}",
  '{null:"x"}',
  '{"a":1,null:2}',
  "[1 2]",
  '["a" "b"]',
  "/**/1",
  "[1,,2]",
];

function types() {
  return [
    ...MEMBERS.flatMap((member) => ANY.map((value) => `[{"${member}":${value}}]`)),
    ...["unknown", 'flags":{"k', 'unknown":{"k'].flatMap((key) =>
      ANY.map((value) => file(`"${key}":${value}${"}".repeat(key.split("{").length - 1)}`)),
    ),
    ...ANY.map((value) => file(`"uidmap":[{"size":${value}}]`)),
    ...ANY.map((value) => file(`"uidmap":[{"size":1,"x":${value}}]`)),
    ...ANY.map((value) => file(`"big-data-digests":{"k":${value}}`)),
    ...[
      "null:1",
      "null:null",
      '"a":1,null:2',
      'null:1,"a":2',
      "nul:1",
      "null",
      "null:",
      ":1",
      '"a"',
      '"a":',
      '"a":1,',
      ',"a":1',
      '"a":1 "b":2',
      '"a":1;"b":2',
      "1:1",
      "a:1",
      "'a':1",
      '"a" : 1',
      "{}:1",
    ].flatMap((inside) => [
      `[{"id":"a",${inside}}]`,
      `[{${inside}}]`,
      file(`"flags":{${inside}}`),
      file(`"flags":{"x":{${inside}}}`),
      file(`"unknown":{${inside}}`),
      file(`"unknown":[{${inside}}]`),
      file(`"uidmap":[{${inside}}]`),
      file(`"big-data-sizes":{${inside}}`),
    ]),
  ];
}

function files() {
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
function nesting() {
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

function large() {
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

const RICH = [
  `{"id":"a1","names":["n1","n2"],"image":"i","layer":"l1","metadata":"m\\"\\u003c\\n${utf8("\u00e9")}","big-data-names":["k","L"],"big-data-sizes":{"L":1,"k":-2},"big-data-digests":{"L":"sha256:0","k":"x"},"created":"2024-01-02T03:04:05.6+07:00","uidmap":[{"container_id":0,"host_id":1,"size":2},{"container_id":5,"host_id":6,"size":7}],"gidmap":[{"container_id":0,"host_id":1,"size":2}],"flags":{"F":{"x":[1.5,null,true,{"y":"z"}],"zz":1e+21},"G":"t"}}`,
  `{"id":"b2","image":"","layer":"l2","created":"0001-01-01T00:00:00Z","flags":{"N":-0,"O":false}}`,
];

/** Sound records after some random edits: most are refused, and where is chance. */
function edits() {
  const random = seeded(20_260_101);
  const pick = (list) => list[random(list.length)];
  const fragments = [
    "null",
    "{}",
    "[]",
    '""',
    ",",
    ":",
    "[",
    "]",
    "{",
    "}",
    '"',
    "\\",
    "0",
    "-",
    ".",
    "e",
    "true",
    " ",
    "\n",
    "\x00",
    "\xff",
    '"id":"z"',
    '"x":[1]',
    "1e5",
    "\\u00e9",
    "\\ud800",
  ];
  const whole = `[${RICH.join(",")}]`;
  return range(0, 500).map(() => {
    let text = whole;
    for (let count = 1 + random(3); count > 0; count -= 1) {
      const at = random(text.length);
      const to = Math.min(text.length, at + pick([0, 1, 1, 2, 5, 20]));
      const inserted = pick([
        "",
        bytes(random(256)),
        pick(fragments),
        pick(fragments),
        text.slice(at, to).toUpperCase(),
        text.slice(random(text.length)).slice(0, random(12)),
      ]);
      text = text.slice(0, at) + inserted + text.slice(to);
    }
    return text;
  });
}

/** Sound records whose tokens were taken out, doubled or exchanged: nearer to what loads than edits of bytes. */
function tokens() {
  const random = seeded(20_260_202);
  const whole = `[${RICH.join(",")}]`.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^[\]{}:,"]+/g);
  return range(0, 500).map(() => {
    const list = [...whole];
    for (let count = 1 + random(2); count > 0; count -= 1) {
      const at = random(list.length);
      const other = list[random(list.length)];
      const kind = random(5);
      if (kind === 0) list.splice(at, 1);
      else if (kind === 1) list.splice(at, 0, other);
      else if (kind === 2) list[at] = other;
      else if (kind === 3) list[at] = list[at].toUpperCase();
      else list.splice(at, 0, ...list.slice(random(list.length)).slice(0, 1 + random(9)));
    }
    return list.join("");
  });
}

export const groups = { edits, escapes, files, keys, large, nesting, numbers, strings, times, tokens, types };
