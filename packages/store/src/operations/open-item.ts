import type { FileHandle } from "node:fs/promises";
import type { BigDataReader, OpenBigDataOptions } from "../big-data.ts";
import { requireContainer } from "../catalog/rules.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import { openItem } from "../persistence/disk.ts";
import { asStowageError } from "../persistence/failures.ts";
import { ItemReader } from "../persistence/item-reader.ts";
import { itemKey } from "./text.ts";
import type { Turn } from "./turn.ts";

/** Where an item is that is not in its place yet, or will be gone; otherwise where the disk has it. */
export function placeOf(
  turn: Turn,
  { id }: Container,
  key: string,
): { readonly folders: readonly string[]; readonly file: string; readonly isGone: boolean } {
  const place = turn.paths.dataFile(id, key, false);
  const pending = turn.pendingItem(id, key);
  if (pending === undefined || pending === "removed") return { ...place, isGone: pending === "removed" };
  return { folders: [], file: pending.file, isGone: false };
}

/**
 * Opens an item of a container. Once open it can be read without the lock: an
 * item is only ever replaced by another file, never changed.
 */
export async function openOf(turn: Turn, container: Container, key: string): Promise<FileHandle> {
  const { folders, file, isGone } = placeOf(turn, container, key);
  const handle = isGone ? undefined : await openItem(folders, file);
  if (handle !== undefined) return handle;
  throw new StowageError(
    "ERR_BIG_DATA_NOT_FOUND",
    `container ${container.id} has no big data item ${JSON.stringify(key)}: open ${file}: no such file or directory`,
    { key, path: file, errno: "ENOENT" },
  );
}

/** The whole item, as containers/storage `BigData`. */
export async function bigData(turn: Turn, ref: string, key: string): Promise<Uint8Array> {
  const item = itemKey(key, "retrieve container big data value");
  const { handle, file } = await turn.read(async (catalog) => {
    const container = requireContainer(catalog, ref);
    const opened = await openOf(turn, container, item);
    return { handle: opened, file: placeOf(turn, container, item).file };
  });
  try {
    try {
      return await handle.readFile({ signal: turn.signal });
    } finally {
      await handle.close();
    }
  } catch (error) {
    turn.signal?.throwIfAborted();
    throw asStowageError(error, file);
  }
}

/** An item to be read bit by bit. */
export async function openBigData(
  turn: Turn,
  ref: string,
  key: string,
  options: OpenBigDataOptions,
): Promise<BigDataReader> {
  const item = itemKey(key, "retrieve container big data value");
  const { verify = false } = options;
  const range = rangeOf(options);
  if (verify && (range.start > 0 || range.end !== undefined)) {
    throw invalid("only a whole item can be verified; leave `start` and `end` out, or `verify`");
  }
  const { container, handle } = await turn.read(async (catalog) => {
    const found = requireContainer(catalog, ref);
    return { container: found, handle: await openOf(turn, found, item) };
  });
  try {
    const digest = container.bigDataDigests.get(item);
    if (verify) requireDigest(container, item);
    const { size } = await handle.stat();
    const end = Math.min(range.end ?? size, size);
    const { id } = container;
    const { file } = placeOf(turn, container, item);
    const start = Math.min(range.start, end);
    return new ItemReader(handle, { id, key: item, file, start, end, digest, verify, signal: turn.signal });
  } catch (error) {
    await handle.close();
    throw asStowageError(error);
  }
}

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** Whether a recorded digest is one that can be compared with; a record may hold any text. */
export const isDigest = (text: string | undefined): text is string => text !== undefined && SHA256.test(text);

/** The recorded digest, to compare with. @throws StowageError ERR_DIGEST_UNKNOWN */
export function requireDigest({ id, bigDataDigests }: Container, key: string): string {
  const digest = bigDataDigests.get(key);
  if (isDigest(digest)) return digest;
  throw new StowageError(
    "ERR_DIGEST_UNKNOWN",
    `no SHA-256 is recorded for item ${JSON.stringify(key)} of container ${id}, so that it cannot be verified; ` +
      "`bigDataDigest` with `complete` records one",
    { key },
  );
}

function rangeOf({ start = 0, end }: OpenBigDataOptions): { start: number; end: number | undefined } {
  for (const [name, value] of Object.entries({ start, end })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new TypeError(`${name} must be a number of bytes from 0 on, not ${String(value)}`);
  }
  if (end !== undefined && end < start) {
    throw invalid(`a range cannot end, at ${end}, before it starts, at ${start}`);
  }
  return { start, end };
}

const invalid = (message: string): StowageError => new StowageError("ERR_INVALID_ARGUMENT", message);
