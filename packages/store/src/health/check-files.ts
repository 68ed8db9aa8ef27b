import type { Finding } from "../options.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { hasUnreadBytes } from "../persistence/raw-store.ts";
import { finding, type FindingCode } from "./findings.ts";
import type { ScannedFile } from "./scan-file.ts";
import { reasonOf } from "../persistence/failures.ts";

/** What is wrong with a file of records as a whole. */
export function checkFile({ raw, entries, broken }: ScannedFile): Finding[] {
  const { path, problem } = raw;
  switch (problem) {
    case undefined:
      break;
    case "link":
      return [finding("CHECK_LINK", `${path} is a symbolic link, which is not followed`, { path })];
    case "no file":
      return [finding("CHECK_WRONG_KIND", `${path} is no regular file`, { path })];
    case "too large":
      return [finding("CHECK_FILE_REFUSED", `${path} is larger than any file of records can be`, { path })];
    default:
      return [finding("CHECK_FILE_REFUSED", `${path} cannot be read: ${reasonOf(problem.error)}`, { path })];
  }
  const [first] = broken;
  if (first === undefined) {
    if (raw.bytes === undefined || !hasUnreadBytes(raw.bytes)) return [];
    const offset = raw.bytes.indexOf(0);
    const text = `${path} goes on behind a NUL at byte ${offset}, where its list ends: nobody reads that`;
    return [finding("CHECK_FILE_UNREAD", text, { path, offset })];
  }
  const { offset, record } = first;
  const lost = broken.reduce((sum, { start, end }) => sum + (end - start), 0);
  const where = `${record === undefined ? "" : `record ${record}, `}byte ${offset}`;
  const text = `${path} cannot be read: ${first.reason} (${where})`;
  const place = { path, offset, record };
  if (entries.length === 0) {
    return [finding("CHECK_FILE_LOST", `${text}; no complete record was found in it`, place)];
  }
  const isUnsearched = broken.some((each) => each.isUnsearched);
  const records = `${entries.length} complete record${entries.length === 1 ? "" : "s"}`;
  const stretches = broken.length === 1 ? "one stretch" : `${broken.length} stretches`;
  const what = `${text}; it holds ${records}, and ${stretches} (${lost} bytes) that cannot be understood`;
  if (!isUnsearched) return [finding("CHECK_FILE_UNREADABLE", what, place)];
  const advice = "it is so broken that the search was given up: there may be more records in it";
  return [finding("CHECK_FILE_UNSEARCHED", `${what}; ${advice}`, place)];
}

/** How far ahead a clock may be, in milliseconds, before a token counts as stamped in the future. */
const CLOCK_TOLERANCE = 60 * 60 * 1000;
/** How long after its token a file of records may be written, in milliseconds: Go's programs write the token first. */
const LONGEST_SAVE = 60 * 1000;
/** No release that stamps tokens is as old as that. */
const FIRST_STAMP = Date.UTC(2014, 0);
const TOKEN_LENGTH = 64;

/** The files beside which a token stands, as far as they are there; times in milliseconds since 1970. */
export interface TokenSurroundings {
  /** Bytes of the lock file, and when it was written. */
  readonly lock: { readonly size: number; readonly mtimeMs: number };
  readonly records: readonly { readonly path: string; readonly mtimeMs: number }[];
  readonly hasRecords: boolean;
}

/**
 * What is odd about the last-write token. None of it keeps the store from
 * working, since tokens are only compared; each tells of something that went
 * wrong.
 *
 * @param now milliseconds since 1970
 */
export function checkToken(
  { lockFile: path }: StorePaths,
  token: Uint8Array,
  { lock, records, hasRecords }: TokenSurroundings,
  now: number,
): Finding[] {
  const found = (code: FindingCode, text: string): Finding[] => [finding(code, text, { path })];
  if (token.length === 0) {
    // One that has bytes could not be read, which is its mode's fault.
    if (!hasRecords || lock.size > 0) return [];
    return found("CHECK_TOKEN_MISSING", `${path} holds no token, although the store has records`);
  }
  if (lock.size !== TOKEN_LENGTH) {
    return found("CHECK_TOKEN_LENGTH", `${path} has ${lock.size} bytes, a token has ${TOKEN_LENGTH}`);
  }
  // Releases before 1.48 put 64 hexadecimal digits there, which hold no time.
  if (!token.every((byte) => HEX_DIGITS.includes(byte))) {
    const stamped = Number(Buffer.from(token).readBigUInt64LE(0) / 1_000_000n);
    if (stamped < FIRST_STAMP) {
      return found("CHECK_TOKEN_INVALID", `${path} holds ${TOKEN_LENGTH} bytes that no writer stamps`);
    }
    if (stamped > now + CLOCK_TOLERANCE) {
      const hours = Math.round((stamped - now) / 3_600_000);
      return found(
        "CHECK_TOKEN_FUTURE",
        `the last writer stamped ${path} about ${hours} hours in the future`,
      );
    }
  }
  const late = records.find(({ mtimeMs }) => mtimeMs > lock.mtimeMs + LONGEST_SAVE);
  if (late === undefined) return [];
  const text = `${late.path} was changed after the token in ${path}: whoever has the store open does not see that`;
  return found("CHECK_TOKEN_STALE", text);
}

const HEX_DIGITS = Buffer.from("0123456789abcdef");
