import type { Finding } from "../options.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { finding } from "./findings.ts";
import type { ScannedFile } from "./scan-file.ts";

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
      return [finding("CHECK_FILE_REFUSED", `${path} cannot be read: ${String(problem.error)}`, { path })];
  }
  const [first] = broken;
  if (first === undefined) return [];
  const { offset, record } = first;
  const lost = broken.reduce((sum, { start, end }) => sum + (end - start), 0);
  const where = `${record === undefined ? "" : `record ${record}, `}byte ${offset}`;
  const text = `${path} cannot be read: ${first.reason} (${where})`;
  const place = { path, offset, record };
  if (entries.length === 0) {
    return [finding("CHECK_FILE_LOST", `${text}; it holds no complete record`, place)];
  }
  const records = `${entries.length} complete record${entries.length === 1 ? "" : "s"}`;
  const stretches = broken.length === 1 ? "one stretch" : `${broken.length} stretches`;
  return [
    finding(
      "CHECK_FILE_UNREADABLE",
      `${text}; it holds ${records}, and ${stretches} (${lost} bytes) that cannot be understood`,
      place,
    ),
  ];
}

/** How far ahead a clock may be, in milliseconds, before a token counts as stamped in the future. */
const CLOCK_TOLERANCE = 60 * 60 * 1000;
const TOKEN_LENGTH = 64;

/**
 * What is odd about the last-write token. None of it keeps the store from
 * working, since tokens are only compared; each tells of something that went
 * wrong.
 *
 * @param size bytes of the lock file
 * @param now milliseconds since 1970
 */
export function checkToken(
  paths: StorePaths,
  token: Uint8Array,
  size: number,
  hasRecords: boolean,
  now: number,
): Finding[] {
  const path = paths.lockFile;
  if (token.length === 0) {
    if (!hasRecords) return [];
    const text = `${path} holds no token, although the store has records`;
    return [finding("CHECK_TOKEN_MISSING", text, { path })];
  }
  if (size !== TOKEN_LENGTH) {
    const text = `${path} has ${size} bytes, a token has ${TOKEN_LENGTH}`;
    return [finding("CHECK_TOKEN_LENGTH", text, { path })];
  }
  // Releases before 1.48 put 64 hexadecimal digits there, which hold no time.
  if (token.every((byte) => HEX_DIGITS.includes(byte))) return [];
  const stamped = Number(Buffer.from(token).readBigUInt64LE(0) / 1_000_000n);
  if (stamped <= now + CLOCK_TOLERANCE) return [];
  const hours = Math.round((stamped - now) / 3_600_000);
  const text = `the last writer stamped ${path} about ${hours} hours in the future`;
  return [finding("CHECK_TOKEN_FUTURE", text, { path })];
}

const HEX_DIGITS = Buffer.from("0123456789abcdef");
