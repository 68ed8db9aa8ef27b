import fc from "fast-check";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { formatGoTime } from "../../src/codec/go-time.ts";
import type { Container, IdMapping, Int64 } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { FrozenMap } from "../../src/model/frozen-map.ts";
import type { JsonValue } from "../../src/model/json-value.ts";

/** Text that is most likely to be mistaken: for the end of a string, for another record, for an escape. */
const treacherous = fc.constantFrom(
  "",
  "a",
  '"',
  "\\",
  "},{",
  '{"id":"a","image":"","layer":"","created":"0001-01-01T00:00:00Z"}',
  '},{"id":"b',
  "<&>",
  "\u2028",
  "\b\f\u0000",
  "é\u{1f600}\uffff",
  "\ufffd",
  "__proto__",
  ",",
  "]",
);
const texts = fc.oneof(
  treacherous,
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ maxLength: 6 }),
);

const sizes: fc.Arbitrary<Int64> = fc.oneof(
  fc.nat(),
  fc.constantFrom<Int64>(0, Number.MAX_SAFE_INTEGER, 2n ** 63n - 1n, 2n ** 53n, -1, -(2n ** 63n)),
);

const mappings: fc.Arbitrary<IdMapping> = fc.record({ containerId: sizes, hostId: sizes, size: sizes });

/** Values of flags; objects without a prototype, as a record has them. */
export const flagValues: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    texts,
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(texts, tie("value"), { maxKeys: 3, noNullPrototype: false }),
  ),
})).value;

const mapOf = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<FrozenMap<string, T>> =>
  fc.array(fc.tuple(texts, values), { maxLength: 3 }).map((entries) => new FrozenMap(new Map(entries)));

const times = fc.oneof(
  fc.bigInt({ min: -62_167_219_200_000_000_000n, max: 253_402_300_799_999_999_999n }).map(formatGoTime),
  fc.constantFrom(
    "0001-01-01T00:00:00Z",
    "2024-02-29T01:02:03.5+05:30",
    "2024-01-02T03:04:05-23:59",
    "2024-01-02T03:04:05+24:00",
  ),
);

const unknownKeys = fc.constantFrom("x", "x-two", "Namen", "é", "");
const unknownFields = fc
  .array(
    fc.tuple(
      unknownKeys,
      fc.constantFrom("1", "null", ' [ 1 , "x" ]'.trim(), '{"a":{}}', '"\\u0041"', "1e400".slice(0, 3)),
    ),
    { maxLength: 2 },
  )
  .map((entries) => new FrozenMap(new Map(entries)));

const usualKeys = fc.constantFrom("config.json", "Runtime-State", "a", "ab", "b", "MountLabel", "<", "é");
const usualMapOf = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<FrozenMap<string, T>> =>
  fc.array(fc.tuple(usualKeys, values), { maxLength: 3 }).map((entries) => new FrozenMap(new Map(entries)));
const usualMappings: fc.Arbitrary<IdMapping> = fc.record({
  containerId: fc.nat(),
  hostId: fc.nat(),
  size: fc.nat(),
});

/** A record with an id out of few, so that ids come again. */
export const containers: fc.Arbitrary<Container> = fc
  .record(
    {
      id: fc.constantFrom("a", "b", "c", "d", "e", "f", ""),
      names: fc.array(texts, { maxLength: 2 }),
      image: texts,
      layer: texts,
      metadata: texts,
      bigDataNames: fc.array(texts, { maxLength: 2 }),
      bigDataSizes: mapOf(sizes),
      bigDataDigests: mapOf(texts),
      created: times,
      uidMap: fc.array(mappings, { maxLength: 2 }),
      gidMap: fc.array(mappings, { maxLength: 2 }),
      flags: mapOf(flagValues),
      unknownFields,
    },
    { requiredKeys: ["id", "created"] },
  )
  .map((fields) => makeContainer(fields));

/** A record as nearly all are: nothing in it that is rare. */
export const usualContainers: fc.Arbitrary<Container> = fc
  .record({
    id: fc.stringMatching(/^[0-9a-f]{1,8}$/),
    names: fc.array(fc.constantFrom("web", "db", "ü"), { maxLength: 2 }),
    image: texts,
    layer: texts,
    metadata: texts,
    bigDataNames: fc.array(texts, { maxLength: 2 }),
    bigDataSizes: usualMapOf(fc.nat()),
    bigDataDigests: usualMapOf(texts),
    created: fc.oneof(times, fc.constant("2024-01-02T03:04:05.123456789Z")),
    uidMap: fc.array(usualMappings, { maxLength: 2 }),
    gidMap: fc.array(usualMappings, { maxLength: 2 }),
    flags: usualMapOf(
      fc.oneof(texts, fc.boolean(), fc.nat(), fc.constant(null), fc.array(texts, { maxLength: 2 })),
    ),
  })
  .map((fields) => makeContainer(fields));

const blanks = fc.constantFrom("", "", "", " ", "\n", "\t\r ");

/** The text of a record as somebody else might write it. */
export const recordTexts: fc.Arbitrary<string> = fc
  .tuple(containers, fc.nat({ max: 9 }), blanks)
  .map(([container, style, blank]) => {
    const text = encodeContainerText(container);
    if (style === 0) return text.replace("{", `{${blank}`).replace(/\}$/, `${blank}}`);
    if (style === 1) return text.replace('"image"', '"IMAGE"');
    if (style === 2) return text.replace('{"id"', '{"names":null,"id"');
    return text;
  });

/** A file of such records, with or without white space between them. */
export const fileOf = (records: readonly string[], blank = ""): string =>
  `${blank}[${records.join(`${blank},${blank}`)}${blank}]${blank}`;
