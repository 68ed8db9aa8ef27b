import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CodecError } from "../../src/codec/codec-error.ts";
import { decodeFile, type DecodedRecord } from "../../src/codec/decode-file.ts";
import { encodeContainer } from "../../src/codec/encode-container.ts";
import { parseGoTime } from "../../src/codec/go-time.ts";
import { savedByGo } from "./saved-by-go.ts";

interface Vector {
  readonly name: string;
  /** Bytes, one character each; so is `saved`. */
  readonly file: string;
  readonly loads: boolean;
  /** The file once the real library has saved it; missing when it cannot save it. */
  readonly saved?: string;
}

const vectors = readFileSync(new URL("vectors/vectors.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Vector);

const bytesOf = (latin1: string): Buffer => Buffer.from(latin1, "latin1");

describe("what the real library made of files", () => {
  it.each(vectors.map((vector) => [vector.name.slice(0, 100), vector] as const))("%s", (_, vector) => {
    let records: DecodedRecord[];
    try {
      records = decodeFile(bytesOf(vector.file), false);
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError);
      expect((error as CodecError).offset).toBeLessThanOrEqual(vector.file.length);
      expect((error as CodecError).offset).toBeGreaterThanOrEqual(0);
      expect(vector.loads, String(error)).toBe(false);
      return;
    }
    expect(vector.loads).toBe(true);
    for (const { container, start, end, canonical } of records) {
      const encoded = encodeContainer(container);
      expect(encoded.toString("latin1") === vector.file.slice(start, end), "canonical").toBe(canonical);
    }
    if (vector.saved === undefined) {
      // The library cannot write such a time; we keep the text.
      expect(records.some(({ container }) => parseGoTime(container.created)?.writable === false)).toBe(true);
      return;
    }
    expect(savedByGo(records).toString("latin1")).toBe(vector.saved);
    const again = decodeFile(bytesOf(vector.saved), false);
    // U+FFFD is written as it is, but a byte that was no UTF-8 as an escape.
    if (!vector.saved.includes("\\ufffd")) expect(again.every(({ canonical }) => canonical)).toBe(true);
  });
});
