import type { BigDataSource } from "../big-data.ts";
import type { Container } from "../model/container.ts";
import { withFields, withItem } from "../model/containers.ts";
import type { UpdateOptions } from "../options.ts";
import type { WriteSession } from "../persistence/write-session.ts";
import { discard, place, type WrittenItem, writeItem } from "./items.ts";
import { openOf } from "./open-item.ts";
import { assertFits, roomFor } from "./quota.ts";
import { itemKey } from "./text.ts";
import type { Turn } from "./turn.ts";
import { requireUnchanged } from "./unchanged.ts";

/** As containers/storage `SetBigData`; the record is saved only when size, digest or the list of names change. */
export async function setBigData(
  turn: Turn,
  ref: string,
  key: string,
  data: BigDataSource,
  options: UpdateOptions,
): Promise<Container> {
  const item = itemKey(key, "set container big data item");
  // What cannot be is said before the bytes are taken in, and again under the lock.
  const room = await turn.read((catalog) => {
    const old = requireUnchanged(catalog, ref, options);
    turn.paths.dataFile(old.id, item, true);
    return roomFor(turn.quota, old, item);
  });
  const written = await writeItem(turn, item, data, room);
  try {
    return await turn.write((session) =>
      putItem(turn, session, requireUnchanged(session.catalog, ref, options), written),
    );
  } finally {
    await discard([written]);
  }
}

/** Brings a written item into a container with the next save. */
export async function putItem(
  turn: Turn,
  session: WriteSession,
  old: Container,
  written: WrittenItem,
): Promise<Container> {
  const { key, size, digest } = written;
  assertFits(turn.quota, old, key, size);
  await place(session, written, old.id);
  if (
    old.bigDataSizes.get(key) === size &&
    old.bigDataDigests.get(key) === digest &&
    old.bigDataNames.includes(key)
  ) {
    return old;
  }
  const record = withItem(old, key, size, digest);
  session.replace(record);
  return record;
}

/**
 * Takes an item out of a container: the file and what the record says of it.
 *
 * @throws StowageError ERR_BIG_DATA_NOT_FOUND when there is neither
 */
export async function removeBigData(
  turn: Turn,
  ref: string,
  key: string,
  options: UpdateOptions,
): Promise<Container> {
  const item = itemKey(key, "remove container big data item");
  return await turn.write(async (session) => {
    const old = requireUnchanged(session.catalog, ref, options);
    if (old.bigDataNames.includes(item)) {
      const record = withoutItem(old, item);
      if (turn.paths.hasDataFile(old.id, item)) await session.removeItem(old.id, item);
      session.replace(record);
      return record;
    }
    // Not recorded, but there: containers/storage reads such items, too.
    await (await openOf(turn, old, item)).close();
    await session.removeItem(old.id, item);
    const record = withoutItem(old, item);
    session.replace(record);
    return record;
  });
}

function withoutItem(old: Container, key: string): Container {
  const without = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].filter(([name]) => name !== key));
  return withFields(old, {
    bigDataNames: old.bigDataNames.filter((name) => name !== key),
    bigDataSizes: without(old.bigDataSizes),
    bigDataDigests: without(old.bigDataDigests),
  });
}
