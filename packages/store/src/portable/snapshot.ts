import type { Catalog } from "../catalog/catalog.ts";
import type { Container } from "../model/container.ts";
import { bigDataFile } from "../model/big-data-file.ts";
import { isDigest } from "../operations/open-item.ts";
import { type HeldItem, type HeldItems, itemInPlace } from "../persistence/held-items.ts";
import { ItemReader, mismatch } from "../persistence/item-reader.ts";
import { measure } from "../persistence/measure.ts";
import type { StorePaths } from "../persistence/paths.ts";
import type { ItemOfContainer } from "../portable.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import type { Selection } from "./selection.ts";

/** An item as it was at the moment of the snapshot. */
export interface SnapshotItem {
  readonly key: string;
  readonly size: number;
  readonly digest: string;
  /** The bytes, which are compared with the digest. */
  read(signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>>;
  drop(): Promise<void>;
}

export interface SnapshotContainer {
  readonly container: Container;
  readonly items: readonly SnapshotItem[];
}

/** All containers that are wanted as they were at one moment. */
export interface Snapshot {
  readonly containers: readonly SnapshotContainer[];
  readonly missing: readonly ItemOfContainer[];
}

/** Found under the lock; what is to be measured is measured later. */
interface Found {
  readonly container: Container;
  readonly items: readonly { readonly key: string; readonly file: string; readonly held: HeldItem }[];
}

export interface FoundSnapshot {
  readonly found: readonly Found[];
  readonly missing: readonly ItemOfContainer[];
}

/**
 * Takes hold of the items. Under the read lock.
 *
 * @param held how they are held; without it they stay what they are only for as long as the lock is held
 * @returns "impossible" where they cannot be held in that way
 */
export async function findItems(
  paths: StorePaths,
  catalog: Catalog<RecordEntry>,
  held: HeldItems | undefined,
  { selection, signal }: { selection: Selection; signal: AbortSignal | undefined },
): Promise<FoundSnapshot | "impossible"> {
  const found: Found[] = [];
  const missing: ItemOfContainer[] = [];
  const isWanted = selection(catalog);
  for (const container of catalog.list()) {
    signal?.throwIfAborted();
    if (!isWanted(container)) continue;
    const { id } = container;
    const items: { key: string; file: string; held: HeldItem }[] = [];
    for (const key of container.bigDataNames) {
      const canBeWritten = paths.hasDataFile(id, key) && bigDataFile(key)?.writable === true;
      const place = canBeWritten ? paths.dataFile(id, key, true) : undefined;
      const item =
        place === undefined
          ? undefined
          : await (held === undefined
              ? itemInPlace(place.folders, place.file)
              : held.hold(place.folders, place.file));
      if (item === "impossible") return "impossible";
      if (item === undefined || place === undefined) missing.push({ id, key });
      else items.push({ key, file: place.file, held: item });
    }
    found.push({ container, items });
  }
  return { found, missing };
}

/** Finds out the digests that are not recorded. @throws StowageError ERR_BIG_DATA_MISMATCH for an item of another size than recorded */
export async function completeSnapshot(
  { found, missing }: FoundSnapshot,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const containers: SnapshotContainer[] = [];
  for (const { container, items } of found) {
    const complete: SnapshotItem[] = [];
    for (const item of items) complete.push(await completeItem(container, item, signal));
    containers.push({ container, items: complete });
  }
  return { containers, missing };
}

async function completeItem(
  container: Container,
  { key, file, held }: Found["items"][number],
  signal: AbortSignal | undefined,
): Promise<SnapshotItem> {
  const { id } = container;
  const { size } = held;
  const recorded = container.bigDataSizes.get(key);
  if (recorded !== undefined && recorded !== size) {
    throw mismatch({ id, key, file }, `${recorded} bytes`, `${size} bytes`);
  }
  const known = container.bigDataDigests.get(key);
  const digest = isDigest(known) ? known : await digestOf(held, signal);
  return {
    key,
    size,
    digest,
    read: async (during) =>
      new ItemReader(await held.open(), {
        id,
        key,
        file,
        start: 0,
        end: size,
        digest,
        verify: true,
        signal: during,
      }),
    drop: () => held.drop(),
  };
}

async function digestOf(held: HeldItem, signal: AbortSignal | undefined): Promise<string> {
  const handle = await held.open();
  try {
    return (await measure(handle, signal)).digest;
  } finally {
    await handle.close();
  }
}
