import { makeContainer } from "../../src/model/containers.ts";
import { RecordEntry } from "../../src/records/record-entry.ts";

const container = makeContainer({ id: "any", created: "0001-01-01T00:00:00Z" });

/** A record of which only the place of its bytes matters. */
export const entryIn = (source: Buffer | undefined, start = 0, end = 0): RecordEntry =>
  new RecordEntry(container, false, container, source, start, end);

/** A record that stands in a buffer of its own, which has `spare` bytes more than it and its comma need. */
export function alone(size: number, spare = 0): RecordEntry {
  return entryIn(Buffer.alloc(size + spare, "x"), 0, size - 1);
}

/** Records that stand side by side in one buffer. */
export function together(texts: readonly string[]): RecordEntry[] {
  const source = Buffer.from(`${texts.join(",")},`);
  let start = 0;
  return texts.map((text) => {
    const end = start + Buffer.byteLength(text);
    const entry = entryIn(source, start, end);
    start = end + 1;
    return entry;
  });
}

export const textOf = ({ source, start, end }: RecordEntry): string => source!.toString("utf8", start, end);

export const sourcesOf = (entries: readonly RecordEntry[]): Set<Buffer> =>
  new Set(entries.map(({ source }) => source!));
