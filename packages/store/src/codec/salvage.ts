import type { DecodedRecord } from "./decode-file.ts";
import { JsonReader } from "./json-reader.ts";
import { attempt, RecordSearch } from "./record-search.ts";

/** Bytes from `start` up to, not including, `end` that hold no complete record. */
export interface Broken {
  readonly start: number;
  readonly end: number;
  /** Where reading failed, and why. */
  readonly offset: number;
  readonly reason: string;
  /** Which record of the file it is, counted from 1 with the complete ones; undefined outside of records. */
  readonly record: number | undefined;
  /** Whether records may be in it after all: the search had become too costly, and looked for such as Go writes only. */
  readonly isUnsearched: boolean;
}

/** A record, a broken stretch, or nothing: then it is a good moment to let others run. */
export type Salvaged = { readonly record: DecodedRecord } | { readonly broken: Broken } | undefined;

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

/**
 * Goes through a file of records, and past whatever is broken in it: gives
 * every complete record, and each stretch between that holds none. A sound file
 * gives its records, just as `visitFile` does.
 *
 * Inside a broken stretch the next record is where an object can be read that
 * has all the members which every record has; so a flag that looks like a
 * record is taken for one only when it has all of those.
 *
 * The bytes must not be changed while the records are in use.
 */
export function* salvageFile(bytes: Uint8Array, volatile: boolean): Generator<Salvaged, void> {
  if (bytes.length === 0) return;
  const reader = new JsonReader(bytes, 0, bytes.length);
  const search = new RecordSearch(reader, volatile);
  let expected: Expected = "list";
  let number = 0;
  for (;;) {
    const start = reader.at;
    // A NUL ends the file, as it does for `visitFile`.
    if (expected === "end" && reader.peek() <= 0) return;
    let from = start;
    if (expected === "record") {
      number += 1;
      reader.peek();
      from = reader.at;
    }
    let step: Step | undefined;
    const problem = attempt(() => (step = take(reader, expected, search)));
    if (step !== undefined) {
      if (step.record !== undefined) yield { record: step.record };
      expected = step.next;
      continue;
    }
    // A record that was tried in vain need not be tried again.
    const record = yield* search.next(expected === "record" ? from + 1 : from);
    const broken: Broken = {
      start,
      end: record?.start ?? bytes.length,
      offset: problem?.offset ?? start,
      reason: problem?.reason ?? "",
      record: expected === "record" ? number : undefined,
      isUnsearched: search.takeSkipped(),
    };
    yield { broken };
    if (record === undefined) return;
    yield { record };
    number += 1;
    expected = "separator";
  }
}

/** What must stand where the reader is. */
type Expected = "list" | "record" | "separator" | "end";

interface Step {
  readonly next: Expected;
  readonly record?: DecodedRecord;
}

/** @throws CodecError */
function take(reader: JsonReader, expected: Expected, search: RecordSearch): Step {
  switch (expected) {
    case "list":
      if (reader.takeWord("null")) return { next: "end" };
      if (!reader.take(OPEN)) reader.fail("a list of records expected");
      return { next: reader.take(CLOSE) ? "end" : "record" };
    case "record":
      return { next: "separator", record: search.expect() };
    case "separator":
      if (reader.take(COMMA)) return { next: "record" };
      if (reader.peek() >= 0 && reader.peek() !== CLOSE)
        return reader.fail("a comma or the end of the list expected");
      reader.expect(CLOSE);
      return { next: "end" };
    case "end":
      return reader.fail("something stands behind the list of records");
  }
}
