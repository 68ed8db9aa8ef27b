import { AtomicFileError, type AtomicWriter, openAtomicWriter } from "@stowage/atomic-file";
import type { BigDataSource } from "../big-data.ts";
import { asStowageError } from "../persistence/failures.ts";
import type { ItemMove } from "../persistence/item-move.ts";
import { ensureStoreFolder } from "../persistence/store-folder.ts";
import type { WriteSession } from "../persistence/write-session.ts";
import type { Room } from "./quota.ts";
import type { Turn } from "./turn.ts";

/** An item whose bytes are on disk and synced, but not in their place yet. */
export interface WrittenItem {
  readonly key: string;
  readonly writer: AtomicWriter;
  /** Bytes. */
  readonly size: number;
  readonly digest: string;
  /** Whether a session has it, which then brings it to its place or removes it. */
  isPlaced: boolean;
}

/**
 * Writes the bytes of an item beside the containers' folders. That happens
 * before the lock is taken, so that a slow source keeps nobody waiting. The
 * caller hands the writer on or gives it to `discard`.
 *
 * @throws StowageError ERR_QUOTA_EXCEEDED as soon as the bytes are more than there is room for
 */
export async function writeItem(
  turn: Turn,
  key: string,
  data: BigDataSource,
  room?: Room,
): Promise<WrittenItem> {
  const accept = (size: number): void => {
    if (room !== undefined && size > room.bytes) throw room.exceeded(size);
  };
  return await prepareItem(turn, key, undefined, async (writer) => {
    if (typeof data === "string" || data instanceof Uint8Array) {
      accept(Buffer.byteLength(data));
      await writer.write(data);
    } else await writer.writeAll(data, accept);
  });
}

/**
 * As `writeItem`, with what `fill` gives to the writer.
 *
 * @param digest of what that will be, when it is known and need not be computed
 */
export async function prepareItem(
  turn: Turn,
  key: string,
  digest: string | undefined,
  fill: (writer: AtomicWriter) => Promise<void>,
): Promise<WrittenItem> {
  turn.assertWritable();
  try {
    const writer = await openWriter(turn, digest === undefined);
    try {
      await fill(writer);
      const written = await writer.finish();
      const known = digest ?? written.digest;
      if (known === undefined) throw new TypeError("a writer opened with `digest` gave none");
      return { key, writer, size: written.size, digest: known, isPlaced: false };
    } catch (error) {
      await writer[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    throw asStowageError(error);
  }
}

async function openWriter({ paths, signal }: Turn, digest: boolean): Promise<AtomicWriter> {
  const stagingFolder = paths.dir;
  const options = { stagingFolder, mode: 0o600, digest, signal };
  try {
    return await openAtomicWriter(options);
  } catch (error) {
    if (!(error instanceof AtomicFileError) || error.code !== "ERR_ATOMIC_MISSING_FOLDER") throw error;
    // Somebody removed the store's folder while it was open; containers/storage makes it anew, too.
    await ensureStoreFolder(stagingFolder);
    return await openAtomicWriter(options);
  }
}

/** Hands an item over to the session, which brings it to its place with the next save. */
export async function place(session: WriteSession, item: WrittenItem, id: string): Promise<ItemMove> {
  const move = await session.placeItem(item.writer, id, item.key);
  item.isPlaced = true;
  return move;
}

/** Removes items that no session has. */
export async function discard(items: readonly WrittenItem[]): Promise<void> {
  for (const { writer, isPlaced } of items) if (!isPlaced) await writer[Symbol.asyncDispose]();
}
