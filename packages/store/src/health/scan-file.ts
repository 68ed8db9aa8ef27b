import { type Broken, salvageFile } from "../codec/salvage.ts";
import type { RawFile } from "../persistence/raw-store.ts";
import { entryAt, type RecordEntry } from "../records/record-entry.ts";
import type { Pace } from "../persistence/pace.ts";

/** A file of records, as far as it can be understood. */
export interface ScannedFile {
  readonly raw: RawFile;
  /** Every complete record, in the order of the file. */
  readonly entries: readonly RecordEntry[];
  /** Stretches that hold no complete record; empty when the file is sound. */
  readonly broken: readonly Broken[];
  /** Whether the records are all that there were: nothing is broken, and the file could be read. */
  readonly isWhole: boolean;
  /** Whether a record is only still there because the disk was full when its container was deleted. */
  readonly isDeleted: (id: string) => boolean;
}

/**
 * Decodes a file piece by piece, so that others can run in between.
 *
 * @param isEmptyDamage whether a file without a byte has lost its records: see `FileImage.read`
 */
export async function scanFile(
  raw: RawFile,
  isEmptyDamage: boolean,
  isDeleted: ScannedFile["isDeleted"],
  pace: Pace,
  onProgress: (bytes: number) => void,
): Promise<ScannedFile> {
  const { bytes, isVolatile, problem } = raw;
  const entries: RecordEntry[] = [];
  const broken: Broken[] = [];
  let reached = 0;
  let source = bytes;
  if (bytes?.length === 0 && isEmptyDamage && !isVolatile) {
    broken.push({ start: 0, end: 0, offset: 0, reason: EMPTY, record: undefined, isUnsearched: false });
  }
  for (const part of bytes === undefined ? [] : salvageFile(bytes, isVolatile)) {
    if (part !== undefined) {
      if ("record" in part) {
        const { container, canonical, start, end } = part.record;
        entries.push(entryAt(container, canonical, source!, start, end));
        reached = end;
      } else {
        broken.push(part.broken);
        // Records of one source that are a byte apart have a comma between them: here they may not.
        source = source?.subarray();
      }
    }
    if (pace.isOver) {
      onProgress(reached);
      await pace.rest();
    }
  }
  onProgress(bytes?.length ?? 0);
  return { raw, entries, broken, isWhole: broken.length === 0 && problem === undefined, isDeleted };
}

const EMPTY = "it is empty, although the store was written to (a full disk or a loss of power does that)";
