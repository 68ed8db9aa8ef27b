import type { FileIdentity } from "./commit-journal.ts";

/**
 * A deletion that holds before the files of records say so, as the disk had no
 * room for them. It counts for a file only while that is the one of then.
 */
export interface Tombstone {
  readonly ids: ReadonlySet<string> | "all";
  /** The container whose data folder became the tombstone. */
  readonly bearer: string;
  readonly stable: FileIdentity;
  readonly volatile: FileIdentity;
}

const VERSION = 1;
const MARK = /^\.stowage-tombstone-(\d{4})-([A-Za-z0-9_-]+)$/;
/** So many bytes make, encoded and with what stands before them, a name of less than 255. */
const CHUNK = 165;

/**
 * No tombstone of ours has more names: with ids of 64 digits it lists nearly five thousand of them. A stranger's that is
 * longer is not even parsed, as JSON that is deep takes the longer for each of its bytes the more there are.
 */
export const MOST_NAMES = 2_000;
const LONGEST = MOST_NAMES * CHUNK;

/** Whether the name of an entry is a part of what the tombstone says. */
export const isInscribed = (name: string): boolean => MARK.test(name);

/**
 * The tombstone as names of empty files: on a disk without a free block a name can
 * still be had, and the content of a file cannot. Undefined when it would be too long.
 */
export function inscribe({ ids, bearer, stable, volatile }: Tombstone): string[] | undefined {
  const what = { version: VERSION, ids: ids === "all" ? ids : [...ids], bearer, stable, volatile };
  const bytes = Buffer.from(JSON.stringify(what));
  if (bytes.length > LONGEST) return undefined;
  const names: string[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const part = bytes.toString("base64url", start, start + CHUNK);
    names.push(`.stowage-tombstone-${String(names.length).padStart(4, "0")}-${part}`);
  }
  return names;
}

/** Undefined when the names are no whole tombstone that we know. */
export function readInscription(names: readonly string[]): Tombstone | undefined {
  const parts = names.filter(isInscribed).sort();
  if (parts.length > MOST_NAMES) return undefined;
  const bytes = Buffer.concat(parts.map((name) => Buffer.from(MARK.exec(name)![2]!, "base64url")));
  if (bytes.length > LONGEST) return undefined;
  let what: unknown;
  try {
    what = JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
  if (typeof what !== "object" || what === null) return undefined;
  const { version, ids, bearer, stable, volatile } = what as Readonly<Record<string, unknown>>;
  if (version !== VERSION || typeof bearer !== "string") return undefined;
  if (typeof stable !== "string" || typeof volatile !== "string") return undefined;
  if (ids !== "all" && !(Array.isArray(ids) && ids.every((id) => typeof id === "string"))) return undefined;
  return { ids: ids === "all" ? ids : new Set(ids as string[]), bearer, stable, volatile };
}
