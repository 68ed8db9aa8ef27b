import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareKeys, decodeText, isUtf8, sequenceLength } from "../../src/codec/utf8.ts";

const characters = fc.constantFrom(
  "",
  "a",
  "b",
  "é",
  "\u07ff",
  "\u0800",
  "\ud7ff",
  "\ue000",
  "\ufffd",
  "\uffff",
  "\u{10000}",
  "\u{103ff}",
  "\u{10400}",
  "\u{1f600}",
  "\u{10ffff}",
);
const texts = fc.array(characters, { maxLength: 4 }).map((list) => list.join(""));

describe("bytes that are text", () => {
  it.each([
    "a",
    "\u007f",
    "\u0080",
    "é",
    "\u07ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\uffff",
    "\u{10000}",
    "\u{1f600}",
    "\u{10ffff}",
  ])("are a sequence of as many bytes as there are: %j", (text) => {
    const bytes = Buffer.from(text);
    expect(sequenceLength(bytes, 0, bytes.length)).toBe(bytes.length);
    expect(isUtf8(bytes, 0, bytes.length)).toBe(true);
    if (bytes.length === 1) return;
    // One byte less is none, and so is one that does not belong there.
    expect(sequenceLength(bytes, 0, bytes.length - 1)).toBe(0);
    for (let at = 1; at < bytes.length; at += 1) {
      for (const wrong of [0x20, 0x7f, 0xc0, 0xff]) {
        expect(sequenceLength(Buffer.from(bytes.with(at, wrong)), 0, bytes.length)).toBe(0);
      }
    }
  });

  it.each([
    [[0x80], 0],
    [[0xc0, 0x80], 0],
    [[0xc1, 0xbf], 0],
    [[0xe0, 0x9f, 0xbf], 0],
    [[0xed, 0xa0, 0x80], 0],
    [[0xf0, 0x8f, 0xbf, 0xbf], 0],
    [[0xf4, 0x90, 0x80, 0x80], 0],
    [[0xf5, 0x80, 0x80, 0x80], 0],
  ])("are none of another form: %j", (bytes, length) => {
    expect(sequenceLength(Buffer.from(bytes), 0, bytes.length)).toBe(length);
  });

  it("keep what is no UTF-8 as lone surrogates, beside characters of every length", () => {
    const wrong = Buffer.from([0xff, 0x80]);
    for (const text of ["", "a", "é", "\u0800", "\uffff", "\u{10000}", "\u{1f600}", "\u{10ffff}"]) {
      const bytes = Buffer.concat([Buffer.from(`x${text}`), wrong, Buffer.from(`${text}y`)]);
      expect(decodeText(bytes, 0, bytes.length)).toBe(`x${text}\udcff\udc80${text}y`);
      expect(decodeText(bytes, 1, bytes.length - 1)).toBe(`${text}\udcff\udc80${text}`);
      expect(isUtf8(bytes, 0, bytes.length)).toBe(false);
    }
  });
});

describe("keys", () => {
  it("come in the order of their UTF-8 bytes", () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(Math.sign(compareKeys(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
      }),
      { numRuns: runs(2_000) },
    );
  });

  it("have a byte that is no UTF-8 where U+FFFD would be", () => {
    for (const lone of ["\udcff", "\udc80", "\ud800"]) {
      for (const text of ["a", "\ue000", "\ufffc"]) expect(compareKeys(text, lone)).toBeLessThan(0);
      for (const text of ["\ufffe", "\u{10000}"]) expect(compareKeys(text, lone)).toBeGreaterThan(0);
      expect(compareKeys("\ufffd", lone)).toBe(0);
      expect(compareKeys(`${lone}a`, `${lone}b`)).toBeLessThan(0);
      expect(compareKeys(`a${lone}`, "a\u{10000}")).toBeLessThan(0);
    }
    expect(compareKeys("\udcff", "\udc80")).toBe(0);
  });
});
