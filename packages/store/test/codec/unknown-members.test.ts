import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFile } from "../../src/codec/decode-file.ts";
import { encodeContainer } from "../../src/codec/encode-container.ts";
import type { Container } from "../../src/model/container.ts";

/** A text as it may stand in a file, one character for each byte, and the JSON that is kept of it. */
interface Piece {
  readonly written: string;
  readonly kept: string;
  readonly isLoose: boolean;
}

const strict = (text: string): Piece => ({ written: text, kept: text, isLoose: false });
const loose = (written: string, kept: string): Piece => ({ written, kept, isLoose: true });
const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

const LOOSE_STRINGS = [
  loose('"\xff"', String.raw`"\ufffd"`),
  loose('"a\xc3<"', String.raw`"a\ufffd\u003c"`),
  loose('"\xed\xa0\x80"', String.raw`"\ufffd\ufffd\ufffd"`),
  loose('"\\n\x01"', String.raw`"\n\u0001"`),
  loose(`"\\ud800\x1f${latin1("é")}"`, latin1(String.raw`"${"\ufffd"}\u001fé"`)),
];
const STRICT_STRINGS = [
  ...['""', '"x"', String.raw`"\/<>&\b"`, String.raw`"\ud800"`, '"__proto__"', '"-01"', '"null"'],
  ...['"é"', '"\u2028"', '"\u{1f600}"'].map(latin1),
].map(strict);
const aString = fc.constantFrom(...STRICT_STRINGS, ...LOOSE_STRINGS);

const aNumber = fc.constantFrom(
  ...["0", "-0", "1.0", "1e5", "1E+05", "9007199254740993", "-9223372036854775809", "0.10"].map(strict),
  strict("7".repeat(400)),
  loose("-01", "-1"),
  loose("-00", "-0"),
  loose("-+1", "-1"),
  loose("-+00", "-0"),
  loose("-+.5", "-0.5"),
  loose("-.5", "-0.5"),
  loose("-00.50", "-0.50"),
  loose("-+01.5e1", "-1.5e1"),
  loose(`-0${"9".repeat(400)}`, `-${"9".repeat(400)}`),
);
const aWord = fc.constantFrom("true", "false", "null").map(strict);
const aSpace = fc.constantFrom("", "", " ", "\n\t");

const { value: aValue } = fc.letrec<{ value: Piece; list: Piece; object: Piece }>((tie) => ({
  value: fc.oneof({ depthSize: "small", maxDepth: 5 }, aWord, aNumber, aString, tie("list"), tie("object")),
  list: fc
    .tuple(fc.array(tie("value"), { maxLength: 4 }), aSpace)
    .map(([items, space]) => join("[", items, `,${space}`, "]")),
  object: fc
    .tuple(fc.array(fc.tuple(aString, tie("value"), fc.boolean()), { maxLength: 4 }), aSpace)
    .map(([members, space]) =>
      join(
        "{",
        members.map(([key, value, isNull], index) => {
          // The library takes no `null` for the first key.
          const shown = isNull && index > 0 ? loose("null", '""') : key;
          return join("", [shown, value], `${space}:${space}`, "");
        }),
        `${space},`,
        "}",
      ),
    ),
}));

function join(open: string, pieces: readonly Piece[], separator: string, close: string): Piece {
  return {
    written: `${open}${pieces.map(({ written }) => written).join(separator)}${close}`,
    kept: `${open}${pieces.map(({ kept }) => kept).join(separator)}${close}`,
    isLoose: pieces.some(({ isLoose }) => isLoose),
  };
}

const fileWith = (members: string): Buffer =>
  Buffer.from(`[{"id":"a","image":"","layer":"","created":"2024-01-02T03:04:05Z",${members}}]`, "latin1");

function decodeOne(bytes: Buffer): { container: Container; canonical: boolean } {
  const records = decodeFile(bytes, false);
  expect(records).toHaveLength(1);
  return records[0]!;
}

describe("members that are not known", () => {
  it("are kept as they stand, and what is no JSON as the JSON that it means", () => {
    let rewritten = 0;
    fc.assert(
      fc.property(aValue, (piece) => {
        const { container, canonical } = decodeOne(fileWith(`"x":${piece.written}`));
        const raw = container.unknownFields.get("x")!;
        expect(latin1(raw)).toBe(piece.kept);
        expect(canonical).toBe(!piece.isLoose);
        JSON.parse(raw);
        const again = decodeOne(
          Buffer.concat([Buffer.from("["), encodeContainer(container), Buffer.from("]")]),
        );
        expect(again.container.unknownFields.get("x")).toBe(raw);
        expect(again.canonical).toBe(true);
        if (piece.isLoose) rewritten += 1;
      }),
      { numRuns: runs(1_000) },
    );
    expect(rewritten).toBeGreaterThan(runs(100));
  });

  it("stand behind the others in their order, and of several with one key the last counts", () => {
    const { container, canonical } = decodeOne(fileWith('"z":1,"a":[ 2 ],"z":3,"__proto__":{"x":4}'));
    expect([...container.unknownFields]).toEqual([
      ["a", "[ 2 ]"],
      ["z", "3"],
      ["__proto__", '{"x":4}'],
    ]);
    expect(canonical).toBe(false);
    expect(encodeContainer(container).toString()).toMatch(
      /"created":"[^"]*","a":\[ 2 \],"z":3,"__proto__":\{"x":4\}\}$/,
    );
  });

  it("may have keys of any kind, but not those of members that are known", () => {
    const { container } = decodeOne(fileWith(`"${latin1("é")}":1,"\\ud800":2,"":3,"IDS":4`));
    expect([...container.unknownFields.keys()]).toEqual(["é", "\ufffd", "", "IDS"]);
    expect(() => encodeContainer({ ...container, unknownFields: new Map([["Names", "1"]]) })).toThrow(
      TypeError,
    );
  });

  it.each(["", "1 2", "{", "tru", '"\n"', "-01", "1,2", ' "x"', "NaN", '{"a":1,}'])(
    "cannot be %j, which is no JSON",
    (raw) => {
      const { container } = decodeOne(fileWith('"x":1'));
      expect(() => encodeContainer({ ...container, unknownFields: new Map([["x", raw]]) })).toThrow(
        TypeError,
      );
    },
  );
});
