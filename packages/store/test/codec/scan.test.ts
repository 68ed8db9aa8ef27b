import { describe, expect, it } from "vitest";
import { scanRecord } from "../../src/codec/scan-record.ts";
import { isSimpleTime, scanTime } from "../../src/codec/scan-time.ts";
import { NO } from "../../src/codec/scan-values.ts";

/** A record with these members, the four that are always there among them, in Go's order. */
function recordOf(members: Readonly<Record<string, string>>): string {
  const always = { id: '"i"', image: '""', layer: '"l"', created: '"2024-01-02T03:04:05Z"' };
  const all: Readonly<Record<string, string>> = { ...always, ...members };
  const order = ["id", "names", "image", "layer", "metadata", "big-data-names", "big-data-sizes"];
  order.push("big-data-digests", "created", "uidmap", "gidmap", "flags");
  return `{${order
    .filter((key) => key in all)
    .map((key) => `"${key}":${all[key]}`)
    .join(",")}}`;
}

/** Whether the fast way takes the record, wherever it stands. */
function isTaken(text: string): boolean {
  const bytes = Buffer.from(text, "latin1");
  const among = Buffer.concat([Buffer.from("[1,"), bytes, Buffer.from(",2]")]);
  const alone = scanRecord(bytes, 0);
  const inside = scanRecord(among, 3);
  expect(inside === undefined).toBe(alone === undefined);
  if (alone === undefined || inside === undefined) return false;
  expect(alone.end).toBe(bytes.length);
  expect(inside.end).toBe(3 + bytes.length);
  return true;
}

const utf8 = (text: string): string => Buffer.from(text).toString("latin1");
const mapping = '{"container_id":0,"host_id":1000,"size":65536}';

describe("the fast way takes", () => {
  it.each(
    Object.entries({
      "a text": ["", "a", "~", "\u007f", utf8("é"), utf8("\u{1f600}"), utf8("\u2027"), utf8("\u202a")],
      "an escape": ['\\"', "\\\\", "\\n", "\\r", "\\t", "a\\nb", "\\u0000", "\\u001f", "\\u0008"],
      "a character that Go writes by its number": ["\\u003c", "\\u003e", "\\u0026", "\\u2028", "\\u2029"],
    }),
  )("%s", (_, texts) => {
    for (const text of texts) {
      expect([text, isTaken(recordOf({ id: `"${text}"` }))]).toEqual([text, true]);
      expect(isTaken(recordOf({ names: `["a","${text}"]`, "big-data-names": `["${text}"]` }))).toBe(true);
      expect(isTaken(recordOf({ metadata: `"x${text}"`, flags: `{"k":"${text}"}` }))).toBe(true);
      expect(isTaken(recordOf({ "big-data-digests": `{"k":"${text}"}` }))).toBe(true);
    }
  });

  it("numbers of fifteen digits, and maps in order", () => {
    for (const number of ["0", "1", "9", "10", "999999999999999"]) {
      expect([number, isTaken(recordOf({ "big-data-sizes": `{"k":${number}}` }))]).toEqual([number, true]);
      expect([number, isTaken(recordOf({ flags: `{"k":${number}}` }))]).toEqual([number, true]);
    }
    for (const keys of [
      ["a", "b"],
      ["a", "ab"],
      ["a", "ab", "b"],
      ["B", "a"],
      ["", "a"],
      ["a b", "a-b", "a.b"],
    ]) {
      const map = `{${keys.map((key) => `"${key}":1`).join(",")}}`;
      expect([map, isTaken(recordOf({ "big-data-sizes": map }))]).toEqual([map, true]);
    }
  });

  it("all kinds of flags, sixteen lists and objects deep", () => {
    for (const value of [
      "true",
      "false",
      "null",
      '""',
      "[]",
      "{}",
      "[1,[],{}]",
      '{"a":[true,{"b":null}]}',
      "[[[1]]]",
    ]) {
      expect([value, isTaken(recordOf({ flags: `{"k":${value}}` }))]).toEqual([value, true]);
    }
    for (const [open, close] of [
      ["[", "]"],
      ['{"k":', "}"],
    ] as const) {
      const nested = (depth: number): string => `{"k":${open.repeat(depth)}1${close.repeat(depth)}}`;
      expect(isTaken(recordOf({ flags: nested(16) }))).toBe(true);
      expect(isTaken(recordOf({ flags: nested(17) }))).toBe(false);
    }
  });

  it("id mappings", () => {
    const one = scanRecord(
      Buffer.from(recordOf({ uidmap: `[${mapping},${mapping}]`, gidmap: `[${mapping}]` })),
      0,
    )!;
    const range = { containerId: 0, hostId: 1000, size: 65536 };
    expect([one.uidMap, one.gidMap]).toEqual([[range, range], [range]]);
    const other = scanRecord(Buffer.from(recordOf({ gidmap: `[${mapping}]` })), 0)!;
    expect([other.uidMap, other.gidMap]).toEqual([[], [range]]);
  });

  it("what tables are built from at once", () => {
    const text = recordOf({ id: utf8('"é\\n"'), names: utf8('["a","ü","\\u003c"]'), layer: '"la\\ter"' });
    expect(scanRecord(Buffer.from(text, "latin1"), 0)).toMatchObject({
      id: "é\n",
      names: ["a", "ü", "<"],
      layer: "la\ter",
    });
  });
});

describe("the fast way leaves to the careful one", () => {
  it.each([
    "<",
    ">",
    "&",
    "\u0001",
    utf8("\u2028"),
    utf8("\u2029"),
    "\\/",
    "\\b",
    "\\f",
    "\\u0041",
    "\\u003C",
    "\\u000a",
    "\\u000g",
    "\\u00",
    "\\x",
    "\\ud800",
    "\xff",
    "\xc3",
  ])("a text that Go writes otherwise: %j", (text) => {
    expect(isTaken(recordOf({ id: `"${text}"` }))).toBe(false);
    expect(isTaken(recordOf({ names: `["${text}"]` }))).toBe(false);
    expect(isTaken(recordOf({ flags: `{"${text}":1}` }))).toBe(false);
  });

  it.each(["", "-1", "01", "00", "1.5", "1e2", "1000000000000000", "+1", ":", "/", '"1"'])(
    "a number as %j",
    (number) => {
      for (const member of ["big-data-sizes", "flags"]) {
        if (member === "flags" && number === '"1"') continue;
        expect(isTaken(recordOf({ [member]: `{"k":${number}}` }))).toBe(false);
      }
      expect(isTaken(recordOf({ uidmap: `[${mapping.replace("1000", number)}]` }))).toBe(false);
    },
  );

  it.each(
    Object.entries({
      id: ["5", "null", "x", '"a'],
      names: ["[]", "null", '["a",]', '["a"', '["a";"b"]', '"a"', "[5]"],
      metadata: ['""', "null", "5"],
      "big-data-sizes": [
        "{}",
        "null",
        '{"b":1,"a":1}',
        '{"a":1,"a":1}',
        '{"ab":1,"a":1}',
        '{"a":1',
        '{"a":1;"b":1}',
        '{"a";1}',
        "[1]",
        "{5:1}",
        '{"\\n":1}',
        `{"${utf8("é")}":1}`,
      ],
      "big-data-digests": ["{}", '{"a":1}'],
      created: ['"2024-13-02T03:04:05Z"', "5"],
      uidmap: [
        "[]",
        "null",
        "[{}]",
        `[${mapping}`,
        "[5]",
        `[${mapping.replace("}", "")}]`,
        '[{"host_id":1,"container_id":0,"size":1}]',
        `[${mapping.replace("}", ',"x":1}')}]`,
      ],
      flags: [
        "{}",
        "null",
        '{"k":nul}',
        '{"k":tru}',
        '{"k":fals}',
        '{"k":[1,]}',
        '{"k":[1}',
        '{"k":{"a":1]}',
        '{"k":[ ]}',
        '{"k":{"b":1,"a":1}}',
      ],
    }),
  )("another form of %s", (member, forms) => {
    for (const form of forms) expect([form, isTaken(recordOf({ [member]: form }))]).toEqual([form, false]);
  });

  it("other members, another order, white space, and what is not whole", () => {
    const text = recordOf({ names: '["a"]', flags: '{"k":1}' });
    expect(isTaken(text)).toBe(true);
    for (const other of [
      text.replace('"id"', '"ID"'),
      text.replace('{"id":"i",', "{"),
      text.replace(/\}$/, ',"x":1}'),
      text.replace('"image":"","layer":"l"', '"layer":"l","image":""'),
      text.replace(":", ": "),
      text.replace(/\}$/, " }"),
      text.replace(/\}$/, ""),
      text.replace(/\}$/, "]"),
    ]) {
      expect([other, isTaken(other)]).toEqual([other, false]);
    }
    for (let end = 0; end < text.length; end += 1)
      expect(scanRecord(Buffer.from(text.slice(0, end)), 0)).toBeUndefined();
  });
});

describe("a time", () => {
  const scan = (time: string): number => scanTime(Buffer.from(`xx${time},`), 2);
  const isSimple = (time: string): boolean => isSimpleTime(Buffer.from(`xx${time},`), 2);

  it.each([
    "0001-01-01T00:00:00Z",
    "2024-12-28T23:59:59Z",
    "9999-10-10T10:10:10.5Z",
    "2024-01-02T03:04:05.123456789Z",
    "2024-01-02T03:04:05.01Z",
  ])("is simple in UTC, on a day that every month has: %s", (time) => {
    expect(scan(`"${time}"`)).toBe(2 + time.length + 2);
    expect(isSimple(`"${time}"`)).toBe(true);
  });

  it.each([
    "2024-02-29T00:00:00Z",
    "2024-01-31T00:00:00Z",
    "2024-01-02T03:04:05+05:30",
    "2024-01-02T03:04:05.123456789-07:00",
  ])("is not simple, and as Go writes it: %s", (time) => {
    expect(scan(`"${time}"`)).toBe(2 + time.length + 2);
    expect(isSimple(`"${time}"`)).toBe(false);
  });

  it.each([
    '"2024-00-02T03:04:05Z"',
    '"2024-13-02T03:04:05Z"',
    '"2024-01-00T03:04:05Z"',
    '"2024-02-30T03:04:05Z"',
    '"2023-02-29T03:04:05Z"',
    '"2024-01-02T24:04:05Z"',
    '"2024-01-02T03:60:05Z"',
    '"2024-01-02T03:04:60Z"',
    '"2024-01-02T03:04:05.Z"',
    '"2024-01-02T03:04:05.50Z"',
    '"2024-01-02T03:04:05.1234567891Z"',
    '"2024-01-02T03:04:05,5Z"',
    '"2024-01-02T03:04:05+00:00"',
    '"2024-01-02T03:04:05+24:00"',
    '"2024-01-02T03:04:05"',
    '"2024-01-02t03:04:05Z"',
    '"2024-01-02T03:04:05z"',
    '"2024-01-02T03:04:05Zx"',
    '"2024-01-02T03:04:05Z',
    '"2024/01/02T03:04:05Z"',
    '"2024-01-02T03:04:0:Z"',
    '"2024-01-02T03:04:0/Z"',
    '"202\\u0034-01-02T03:04:05Z"',
    `"${"2024-01-02T03:04:05Z".repeat(3)}"`,
    "'2024-01-02T03:04:05Z\"",
    "null",
    "",
  ])("is for the careful way: %s", (time) => {
    // Such an offset Go reads and does not write; the record keeps its bytes either way.
    expect(scan(time)).toBe(time.includes("+24:00") ? 2 + time.length : NO);
    expect(isSimple(time)).toBe(false);
  });
});
