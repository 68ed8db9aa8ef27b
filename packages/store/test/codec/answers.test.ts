import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CodecError } from "../../src/codec/codec-error.ts";
import { decodeFile, type DecodedRecord } from "../../src/codec/decode-file.ts";
import { encodeContainer } from "../../src/codec/encode-container.ts";
import { parseGoTime } from "../../src/codec/go-time.ts";
import { savedByGo } from "./saved-by-go.ts";

/** A file, and what the real library made of it: see answers/make.mjs. */
interface Answer {
  readonly in: string | readonly (readonly [text: string, times: number])[];
  readonly out: null | "panic" | "unsaved" | "=" | string | { readonly sha256: string };
}

const folder = new URL("answers/", import.meta.url);

const answersOf = (file: string): Answer[] =>
  readFileSync(new URL(file, folder), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);

/** One character for each byte. */
const latin1 = (bytes: Buffer): string => bytes.toString("latin1");

function textOf(pieces: Answer["in"]): string {
  return typeof pieces === "string" ? pieces : pieces.map(([text, times]) => text.repeat(times)).join("");
}

/** What our code makes of the file, in the library's place. */
function answerOf(text: string): Answer["out"] {
  const bytes = Buffer.from(text, "latin1");
  let records: DecodedRecord[];
  try {
    records = decodeFile(bytes, false);
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
    const { offset } = error as CodecError;
    expect(offset >= 0 && offset <= bytes.length).toBe(true);
    return null;
  }
  for (const { container, canonical, start, end } of records) {
    expect(encodeContainer(container).equals(bytes.subarray(start, end))).toBe(canonical);
  }
  if (records.some(({ container }) => parseGoTime(container.created)?.writable === false)) return "unsaved";
  return latin1(savedByGo(records));
}

describe("the real library's answers", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

  /** Those of long and deep files, which take most of the time. */
  const ofAmounts = ["large.jsonl", "nesting.jsonl"];

  it.each(files.filter((file) => !ofAmounts.includes(file)))("are ours: %s", expectOurs);

  it.each(ofAmounts)("are ours: %s", { tags: ["large"] }, expectOurs);

  function expectOurs(file: string): void {
    const differing: unknown[] = [];
    for (const { in: pieces, out } of answersOf(file)) {
      const text = textOf(pieces);
      const expected = out === "=" ? text : out === "panic" ? null : out;
      let ours = answerOf(text);
      if (typeof expected === "object" && expected !== null && ours !== null) {
        ours = {
          sha256: createHash("sha256")
            .update(ours as string, "latin1")
            .digest("hex"),
        };
      }
      if (JSON.stringify(ours) !== JSON.stringify(expected)) differing.push({ in: pieces, go: out, ours });
    }
    expect(differing).toEqual([]);
  }

  it("are many, and of both kinds", () => {
    const all = files.flatMap(answersOf);
    expect(all.length).toBeGreaterThan(7_000);
    expect(all.filter(({ out }) => out === null).length).toBeGreaterThan(3_000);
    expect(all.filter(({ out }) => out !== null && out !== "panic").length).toBeGreaterThan(2_000);
  });
});
