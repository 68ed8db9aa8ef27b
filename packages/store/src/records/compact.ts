import type { RecordEntry } from "./record-entry.ts";
import { endOfRun } from "./runs.ts";

/** How many runs a file of so many records may be scattered over. */
const allowedRuns = (records: number): number => 64 + Math.ceil(records / 64);

/** Bytes that nobody needs any more and that do not matter. */
const SMALL = 256 * 1024;

/** From so many runs on a window is worth the copying. */
const WORTH_GATHERING = 8;

/** How many bytes are gathered in one buffer, and in one call: copying must not hold up anybody for long. */
const WINDOW = 1024 * 1024;
const AT_ONCE = 8 * WINDOW;

const COMMA = 0x2c;

/**
 * Keeps the bytes of a file's records together, when many changes have scattered
 * them: so saves stay few pieces and old buffers are let go. The buffers that
 * are held come to one and a half times the file at most, to twice while this
 * runs; the copying comes to little beside the saves between.
 *
 * @returns how many bytes were copied
 */
export function compact(entries: readonly RecordEntry[]): number {
  const { runs, live, sources } = survey(entries);
  let dead = -live;
  for (const source of sources.keys()) dead += source.length;
  if (dead > live / 2 + SMALL) {
    const poorest = poorestSources(sources, dead - live / 4);
    return gather(entries.filter(({ source }) => source !== undefined && poorest.has(source)));
  }
  return runs > allowedRuns(entries.length) ? gatherWindows(entries) : 0;
}

/** The sources to let go of, those with the least that is needed first, until so many dead bytes go with them. */
function poorestSources(sources: ReadonlyMap<Buffer, number>, dead: number): Set<Buffer> {
  const shares = [...sources].map(([source, live]) => ({ source, live, share: live / source.length }));
  const poorest = new Set<Buffer>();
  let gone = 0;
  for (const { source, live } of shares.sort((one, other) => one.share - other.share)) {
    if (gone >= dead) break;
    poorest.add(source);
    gone += source.length - live;
  }
  return poorest;
}

interface Survey {
  readonly runs: number;
  /** Bytes that stand for records, in all sources and in each. */
  readonly live: number;
  readonly sources: ReadonlyMap<Buffer, number>;
}

function survey(entries: readonly RecordEntry[]): Survey {
  const sources = new Map<Buffer, number>();
  let runs = 0;
  let live = 0;
  for (let at = 0; at < entries.length;) {
    const { source, start } = entries[at]!;
    const next = endOfRun(entries, at);
    if (source !== undefined) {
      const size = entries[next - 1]!.end - start + 1;
      sources.set(source, (sources.get(source) ?? 0) + size);
      live += size;
      runs += 1;
    }
    at = next;
  }
  return { runs, live, sources };
}

/** Gathers stretches of the file that are made of many runs, each in a buffer of its own. */
function gatherWindows(entries: readonly RecordEntry[]): number {
  let copied = 0;
  for (let first = 0; first < entries.length && copied < AT_ONCE;) {
    let size = 0;
    let runs = 0;
    let end = first;
    while (end < entries.length && size < WINDOW) {
      const next = endOfRun(entries, end);
      const run = entries[next - 1]!.end - entries[end]!.start + 1;
      // A long run is no scattering, and copying it would be for nothing.
      if (entries[end]!.source === undefined || run > WINDOW / 2) break;
      size += run;
      runs += 1;
      end = next;
    }
    if (runs >= WORTH_GATHERING) copied += gather(entries.slice(first, end));
    first = runs === 0 ? endOfRun(entries, first) : end;
  }
  return copied;
}

/** Copies the bytes of these records into one new buffer, with commas between. */
function gather(entries: readonly RecordEntry[]): number {
  const size = entries.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  const gathered = Buffer.allocUnsafeSlow(size);
  let to = 0;
  for (const entry of entries) {
    const end = to + entry.source!.copy(gathered, to, entry.start, entry.end);
    entry.placeAt(gathered, to, end);
    gathered[end] = COMMA;
    to = end + 1;
  }
  return size;
}
