import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatGoTime } from "../../src/codec/go-time.ts";
import { readMetadataCondition, valueAt } from "../../src/query/metadata-path.ts";
import { readMoment } from "../../src/query/times.ts";

const SECOND = 1_000_000_000n;
const NOW = 1_700_000_000n * SECOND;

describe("a moment", () => {
  it.each([
    ["90s", NOW - 90n * SECOND],
    ["1h30m", NOW - 5_400n * SECOND],
    ["7d", NOW - 7n * 86_400n * SECOND],
    ["1.5s", NOW - 1_500_000_000n],
    ["1ms2us3ns", NOW - 1_002_003n],
    ["0s", NOW],
    ["@1700000000", NOW],
    ["@0.5", SECOND / 2n],
    ["2023-11-14", 1_699_920_000n * SECOND],
    ["2023-11-14T22:13:20Z", NOW],
    ["2023-11-14T22:13:20", NOW],
    ["2023-11-14T23:13:20.000000001+01:00", NOW + 1n],
  ])("%s is read", (text, expected) => {
    expect(readMoment(text, NOW)).toBe(expected);
  });

  // The beginning of an id, and what only resembles a time, must stay free for containers.
  it.each([
    "",
    "1",
    "1700000000",
    "5da",
    "d5",
    "web",
    "5m-web",
    "-5m",
    "5 m",
    "2023-13-01",
    "2023-11-14T",
    "@",
    "@-1",
    `${"1".repeat(200)}s`,
  ])("%s is none", (text) => {
    expect(readMoment(text, NOW)).toBeUndefined();
  });

  it("is what the store would write", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), (nanoseconds) => {
        expect(readMoment(formatGoTime(nanoseconds), NOW)).toBe(nanoseconds);
      }),
    );
  });
});

describe("a path into metadata", () => {
  it.each([
    ["image-name", ["image-name"], undefined],
    ["$.a.b", ["a", "b"], undefined],
    ["a.b=c.d=e", ["a", "b"], "c.d=e"],
    ["list[0]", ["list", 0], undefined],
    ["$[-1]['x.y']", [-1, "x.y"], undefined],
    ["['a=b']=", ["a=b"], ""],
    [`["it\\"s"]['it\\'s']['\\\\']`, ['it"s', "it's", "\\"], undefined],
    ["$", [], undefined],
    ["$=x", [], "x"],
    ["$x", ["$x"], undefined],
    ["a.0", ["a", "0"], undefined],
  ])("%s is read", (text, path, value) => {
    expect(readMetadataCondition(text)).toEqual({ path, value });
  });

  it.each([
    "",
    "=x",
    ".a",
    "a.",
    "a..b",
    "$.",
    "$..a",
    "a[",
    "a[]",
    "a[x]",
    "a[0",
    "a['x]",
    "a[*]",
    "a[?(@.b)]",
    "a[0]b",
    "a['\\x']",
  ])("%s is none", (text) => {
    expect(readMetadataCondition(text)).toBeUndefined();
  });

  it("finds every value of any JSON by the way to it", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        const root = JSON.parse(json) as never;
        const visit = (value: unknown, path: string): void => {
          const condition = readMetadataCondition(path);
          expect(condition?.value).toBeUndefined();
          expect(valueAt(root, condition!.path)).toBe(value);
          if (typeof value !== "object" || value === null) return;
          for (const [key, item] of Object.entries(value)) {
            const step = Array.isArray(value) ? key : `'${key.replaceAll(/['\\]/g, "\\$&")}'`;
            visit(item, `${path}[${step}]`);
          }
        };
        visit(root, "$");
      }),
    );
  });

  it("sees nothing but a value's own members", () => {
    const root = JSON.parse('{"a":[1,2],"s":"text","n":null}') as never;
    const at = (text: string): unknown => valueAt(root, readMetadataCondition(text)!.path);
    expect(at("a[-1]")).toBe(2);
    expect(at("n")).toBeNull();
    for (const path of [
      "a[2]",
      "a.0",
      "a.length",
      "s.length",
      "s[0]",
      "n.x",
      "toString",
      "constructor.name",
      "__proto__",
    ]) {
      expect(at(path), path).toBeUndefined();
    }
  });
});
