import { AtomicFileError, type AtomicWriter, openAtomicWriter } from "@stowage/atomic-file";
import { asStowageError } from "../persistence/failures.ts";
import type { ItemMove } from "../persistence/item-move.ts";
import { ensureStoreFolder } from "../persistence/store-folder.ts";
import type { WriteSession } from "../persistence/write-session.ts";
import type { Turn } from "./turn.ts";

/** What a big data item can be made from. */
export type ItemData = Uint8Array | string | AsyncIterable<Uint8Array>;

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
 */
export async function writeItem(turn: Turn, key: string, data: ItemData): Promise<WrittenItem> {
  turn.assertWritable();
  try {
    const writer = await openWriter(turn.paths.dir, turn.signal);
    try {
      if (typeof data === "string" || data instanceof Uint8Array) await writer.write(data);
      else await writer.writeAll(data);
      const { size, digest } = await writer.finish();
      if (digest === undefined) throw new TypeError("a writer opened with `digest` gave none");
      return { key, writer, size, digest, isPlaced: false };
    } catch (error) {
      await writer[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    throw asStowageError(error);
  }
}

async function openWriter(stagingFolder: string, signal: AbortSignal | undefined): Promise<AtomicWriter> {
  const options = { stagingFolder, mode: 0o600, digest: true, signal };
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
