import type { AtomicWriter } from "@stowage/atomic-file";
import type { FileHandle } from "node:fs/promises";
import type { CopyBigDataOptions } from "../big-data.ts";
import { requireContainer } from "../catalog/rules.ts";
import type { Container } from "../model/container.ts";
import { asStowageError } from "../persistence/failures.ts";
import { ItemReader, mismatch } from "../persistence/item-reader.ts";
import { lookAt } from "../persistence/look.ts";
import { putItem } from "./big-data.ts";
import { discard, prepareItem, type WrittenItem } from "./items.ts";
import { isDigest, openOf, placeOf, requireDigest } from "./open-item.ts";
import { type Room, roomFor } from "./quota.ts";
import { itemKey } from "./text.ts";
import type { Turn } from "./turn.ts";
import { requireUnchanged } from "./unchanged.ts";

/**
 * Copies an item, into another container or under another key, without the lock.
 * The copy has the recorded digest of the original, when there is one and the size
 * is right; otherwise it is hashed.
 */
export async function copyBigData(
  turn: Turn,
  from: string,
  key: string,
  to: string,
  options: CopyBigDataOptions,
): Promise<Container> {
  const item = itemKey(key, "copy container big data item");
  const toKey = itemKey(options.toKey ?? item, "copy container big data item");
  turn.assertWritable();
  const source = await turn.read(async (catalog) => {
    const container = requireContainer(catalog, from);
    const target = requireUnchanged(catalog, to, options);
    turn.paths.dataFile(target.id, toKey, true);
    if (options.verify === true) requireDigest(container, item);
    const { file } = placeOf(turn, container, item);
    const room = roomFor(turn.quota, target, toKey);
    return { container, file, room, handle: await openOf(turn, container, item) };
  });
  const { verify = false, onProgress } = options;
  const written = await copyOf(turn, { ...source, item, toKey, verify, onProgress });
  try {
    return await turn.write((session) =>
      putItem(turn, session, requireUnchanged(session.catalog, to, options), written),
    );
  } finally {
    await discard([written]);
  }
}

interface Source {
  readonly container: Container;
  readonly file: string;
  readonly handle: FileHandle;
  readonly room: Room | undefined;
  readonly item: string;
  readonly toKey: string;
  readonly verify: boolean;
  readonly onProgress: CopyBigDataOptions["onProgress"];
}

async function copyOf(turn: Turn, source: Source): Promise<WrittenItem> {
  const { container, item, handle, room, verify } = source;
  try {
    const { size } = await handle.stat();
    if (room !== undefined && size > room.bytes) throw room.exceeded(size);
    const digest = container.bigDataDigests.get(item);
    const isTrusted = !verify && isDigest(digest) && container.bigDataSizes.get(item) === size;
    const written = await prepareItem(turn, source.toKey, isTrusted ? digest : undefined, (writer) =>
      copyBytes(writer, source, size, turn.signal),
    );
    if (!verify || written.digest === digest) return written;
    await discard([written]);
    throw mismatch({ id: container.id, key: item, file: source.file }, String(digest), written.digest);
  } catch (error) {
    throw asStowageError(error);
  } finally {
    await handle.close();
  }
}

/** Linux gives an open file a path, which stays that file's whatever happens to its name. */
async function copyBytes(
  writer: AtomicWriter,
  { container, item, file, handle, onProgress }: Source,
  size: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tell = (bytes: number): void => onProgress?.({ bytes, totalBytes: size });
  const opened = `/proc/self/fd/${handle.fd}`;
  if (process.platform === "linux" && lookAt(opened) !== undefined)
    return await writer.copyFrom(opened, tell);
  const reading = {
    id: container.id,
    key: item,
    file,
    start: 0,
    end: size,
    digest: undefined,
    verify: false,
  };
  await writer.writeAll(new ItemReader(handle, { ...reading, signal }), tell);
}
