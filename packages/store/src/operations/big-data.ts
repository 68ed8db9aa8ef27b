import type { FileHandle } from "node:fs/promises";
import type { Catalog } from "../catalog/catalog.ts";
import { requireContainer } from "../catalog/rules.ts";
import { StowageError } from "../errors.ts";
import type { Container, Int64 } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import type { UpdateOptions } from "../options.ts";
import { openItem } from "../persistence/disk.ts";
import { asStowageError } from "../persistence/failures.ts";
import { measure as measureFile } from "../persistence/measure.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { discard, type ItemData, place, writeItem } from "./items.ts";
import { itemKey } from "./text.ts";
import type { Turn } from "./turn.ts";
import { requireUnchanged } from "./unchanged.ts";

/**
 * Opens an item of a container. Once open it can be read without the lock: an
 * item is only ever replaced by another file, never changed.
 */
async function openOf(turn: Turn, container: Container, key: string): Promise<FileHandle> {
  const place = turn.paths.dataFile(container.id, key, false);
  const pending = turn.pendingItem(container.id, key);
  const { folders, file } =
    pending === undefined || pending === "removed" ? place : { folders: [], ...pending };
  const handle = pending === "removed" ? undefined : await openItem(folders, file);
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
    return { handle: opened, file: turn.paths.dataFile(container.id, item, false).file };
  });
  try {
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asStowageError(error, file);
  }
}

/** As containers/storage `SetBigData`; the record is saved only when size, digest or the list of names change. */
export async function setBigData(
  turn: Turn,
  ref: string,
  key: string,
  data: ItemData,
  options: UpdateOptions,
): Promise<Container> {
  const item = itemKey(key, "set container big data item");
  // What cannot be is said before the bytes are taken in, and again under the lock.
  await turn.read((catalog) => turn.paths.dataFile(requireUnchanged(catalog, ref, options).id, item, true));
  const written = await writeItem(turn, item, data);
  try {
    return await turn.write(async (session) => {
      const old = requireUnchanged(session.catalog, ref, options);
      await place(session, written, old.id);
      const { size, digest } = written;
      if (
        old.bigDataSizes.get(item) === size &&
        old.bigDataDigests.get(item) === digest &&
        old.bigDataNames.includes(item)
      ) {
        return old;
      }
      const record = measured(old, item, size, digest);
      session.replace(record);
      return record;
    });
  } finally {
    await discard([written]);
  }
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

const measured = (old: Container, key: string, size: Int64, digest: string): Container =>
  withFields(old, {
    bigDataNames: old.bigDataNames.includes(key) ? old.bigDataNames : [...old.bigDataNames, key],
    bigDataSizes: new Map([...old.bigDataSizes, [key, size]]),
    bigDataDigests: new Map([...old.bigDataDigests, [key, digest]]),
  });

/** As containers/storage `BigDataSize`. */
export async function bigDataSize(turn: Turn, ref: string, key: string): Promise<Int64> {
  const item = itemKey(key, "retrieve size of container big data");
  return await recordedOrMeasured(turn, ref, item, {
    recorded: (container) => container.bigDataSizes.get(item),
    code: "ERR_SIZE_UNKNOWN",
    message: "size is not known",
  });
}

/** As containers/storage `BigDataDigest`. */
export async function bigDataDigest(turn: Turn, ref: string, key: string): Promise<string> {
  const item = itemKey(key, "retrieve digest of container big data value");
  return await recordedOrMeasured(turn, ref, item, {
    recorded: (container) => container.bigDataDigests.get(item),
    code: "ERR_DIGEST_UNKNOWN",
    message: "could not compute digest of item",
  });
}

interface Sought<T> {
  readonly recorded: (container: Container) => T | undefined;
  readonly code: "ERR_SIZE_UNKNOWN" | "ERR_DIGEST_UNKNOWN";
  readonly message: string;
}

/**
 * What the record says; when it says nothing the item is measured, and the
 * record completed (on a read-only store only the answer is given). Only that
 * needs the write lock.
 */
async function recordedOrMeasured<T>(turn: Turn, ref: string, key: string, sought: Sought<T>): Promise<T> {
  const find = async (catalog: Catalog<RecordEntry>): Promise<{ value: T; completed?: Container }> => {
    const old = requireContainer(catalog, ref);
    const value = sought.recorded(old);
    if (value !== undefined) return { value };
    const completed = await measure(turn, old, key, sought);
    return { value: sought.recorded(completed)!, completed };
  };
  if (turn.readOnly) return await turn.read(async (catalog) => (await find(catalog)).value);
  const value = await turn.read((catalog) => sought.recorded(requireContainer(catalog, ref)));
  if (value !== undefined) return value;
  return await turn.write(async (session) => {
    const found = await find(session.catalog);
    if (found.completed !== undefined) session.replace(found.completed);
    return found.value;
  });
}

async function measure(
  turn: Turn,
  container: Container,
  key: string,
  sought: Sought<unknown>,
): Promise<Container> {
  try {
    const handle = await openOf(turn, container, key);
    try {
      const { size, digest } = await measureFile(handle);
      return measured(container, key, size, digest);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new StowageError(
      sought.code,
      `item ${JSON.stringify(key)} of container ${container.id} is not recorded and cannot be read: ${sought.message}`,
      { key, cause: error },
    );
  }
}
