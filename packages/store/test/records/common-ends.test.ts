import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonEnds } from "../../src/records/common-ends.ts";
import type { RecordEntry } from "../../src/records/record-entry.ts";
import { entryIn, textOf, together } from "./raw-entries.ts";

const file = (...texts: string[]): Buffer => Buffer.from(`[${texts.join(",")}]`);

/** What is in common by the plain way, one record after the other. */
function plainEnds(old: readonly RecordEntry[], texts: readonly string[]): object | undefined {
  const known = old.map((entry) => (entry.source === undefined ? undefined : textOf(entry)));
  const most = Math.min(known.length, texts.length);
  let head = 0;
  while (head < most && known[head] === texts[head]) head += 1;
  let tail = 0;
  while (head + tail < most && known.at(-1 - tail) === texts.at(-1 - tail)) tail += 1;
  if (head + tail === 0) return undefined;
  return { head, tail, differing: texts.slice(head, texts.length - tail).join(",") };
}

function endsOf(old: readonly RecordEntry[], bytes: Buffer): object | undefined {
  const ends = commonEnds(old, bytes);
  if (ends === undefined) return undefined;
  const { head, tail, from, to } = ends;
  return { head, tail, differing: bytes.toString("utf8", from, to) };
}

describe("what two files have in common", () => {
  const texts = fc.array(fc.constantFrom("{}", "{a}", "{b}", "{long one}"), { maxLength: 9 });
  /** Lengths of runs: the records of each stand in a buffer of their own; those of a run of none have no bytes. */
  const layouts = fc.array(fc.nat({ max: 4 }), { maxLength: 9 });

  function laidOut(records: readonly string[], layout: readonly number[]): RecordEntry[] {
    const left = [...records];
    const begun = layout.flatMap((length) => {
      const run = left.splice(0, Math.max(1, length));
      return length === 0 ? run.map(() => entryIn(undefined)) : together(run);
    });
    return [...begun, ...together(left)];
  }

  it("is found whatever the buffers are from which the old records come", () => {
    fc.assert(
      fc.property(texts, texts, texts, layouts, texts, (head, tail, middle, layout, other) => {
        const old = laidOut([...head, ...middle, ...tail], layout);
        for (const now of [
          [...head, ...middle, ...tail],
          [...head, ...other, ...tail],
          [...head, ...tail],
          other,
        ]) {
          expect(endsOf(old, file(...now))).toEqual(plainEnds(old, now));
        }
      }),
      { numRuns: runs(2_000) },
    );
  });

  it("tells where the bytes are that differ, without the commas around them", () => {
    const old = together(["{1}", "{2}", "{3}"]);
    const ends = (...now: string[]) => commonEnds(old, file(...now));
    expect(ends("{1}", "{x}", "{3}")).toMatchObject({ head: 1, tail: 1, from: 5, to: 8 });
    expect(ends("{1}", "{2}", "{x}")).toMatchObject({ head: 2, tail: 0, from: 9, to: 12 });
    expect(ends("{x}", "{2}", "{3}")).toMatchObject({ head: 0, tail: 2, from: 1, to: 4 });
    // No byte, in the place where something is missing.
    expect(ends("{1}", "{3}")).toMatchObject({ head: 1, tail: 1, from: 5, to: 5 });
    expect(ends("{2}", "{3}")).toMatchObject({ head: 0, tail: 2, from: 1, to: 1 });
    expect(ends("{1}", "{2}", "{3}")).toMatchObject({ head: 3, tail: 0 });
  });

  it("is nothing in a file that is not records with single commas between brackets", () => {
    const old = together(["{1}", "{2}"]);
    const scattered = [...together(["{1}"]), ...together(["{2}"])];
    expect(endsOf(old, Buffer.from("[{1},{x},{2}]"))).toEqual({ head: 1, tail: 1, differing: "{x}" });
    for (const text of [
      "",
      "[",
      "]",
      "[]",
      "{{1},{x},{2}]",
      "[{1},{x},{2}}",
      " [{1},{2}]",
      "[{1},{2}]\n",
      "[{1};{x},{2}]",
      "[{1},{x};{2}]",
      "[{1};{2}]",
      "[{1},,{2}]",
      "[,{2}]",
      "[{1},]",
      "[{1}]]",
      "[[{2}]",
      "[{x};{2}]",
    ]) {
      for (const entries of [old, scattered]) {
        expect([text, commonEnds(entries, Buffer.from(text))]).toEqual([text, undefined]);
      }
    }
  });

  it("is nothing where another byte than a comma stands beside a record that is the same", () => {
    const texts = ["{1}", "{2}", "{3}"];
    for (const entries of [together(texts), texts.flatMap((text) => together([text]))]) {
      for (const text of [
        "[{1},{2};{3}]",
        "[{1};{2},{3}]",
        "[{1},{2};{x}]",
        "[{x};{2},{3}]",
        "[{x},{2};{3}]",
      ]) {
        expect([text, commonEnds(entries, Buffer.from(text))]).toEqual([text, undefined]);
      }
    }
  });

  it("is told apart by the buffers, not by the places in them", () => {
    const [first] = together(["{1}", "{z}"]);
    const [, second] = together(["{x}", "{2}"]);
    expect(endsOf([first!, second!], file("{1}", "{2}"))).toEqual({ head: 2, tail: 0, differing: "" });
    expect(endsOf([first!, second!], file("{1}", "{y}", "{2}"))).toEqual({
      head: 1,
      tail: 1,
      differing: "{y}",
    });
    expect(endsOf([first!, second!], file("{y}", "{2}"))).toEqual({ head: 0, tail: 1, differing: "{y}" });
  });

  it("is no record twice, where one came away beside its like", () => {
    for (let before = 1; before <= 6; before += 1) {
      for (let after = 1; after <= 6; after += 1) {
        const old = together(Array.from({ length: before }, () => "{}"));
        const now = Array.from({ length: after }, () => "{}");
        const least = Math.min(before, after);
        expect(endsOf(old, file(...now))).toMatchObject(
          after > before ? { head: least, tail: 0 } : { head: after },
        );
        const { head, tail } = commonEnds(old, file(...now))!;
        expect(head + tail).toBe(least);
      }
    }
  });

  it("costs comparing each byte once where nothing changed, and about as often as a number can be halved else", () => {
    const texts = Array.from({ length: 1_024 }, (_, index) => `{${10_000 + index}}`);
    const old = together(texts);
    expect(commonEnds(old, file(...texts))!.compared).toBe(1_024 * 8 - 1);
    const changed = file(...texts.with(512, "{99999}"));
    const { compared } = commonEnds(old, changed)!;
    expect(compared).toBeLessThan(3 * 1_024 * 8);
    // Where each record is a run, only the one that differs is compared twice.
    const scattered = texts.flatMap((text) => together([text]));
    expect(commonEnds(scattered, changed)!.compared).toBe(1_023 * 7 + 2 * 7);
  });
});
