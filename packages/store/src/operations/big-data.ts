import type { FileHandle } from "node:fs/promises";
import type { Catalog } from "../catalog/catalog.ts";
import { requireContainer } from "../catalog/rules.ts";
import { StowageError } from "../errors.ts";
import type { Container, Int64 } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import type { WaitOptions } from "../options.ts";
import { openItem } from "../persistence/disk.ts";
import type { Door } from "../persistence/door.ts";
import { measure as measureFile } from "../persistence/measure.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { discard, type ItemData, writeItem } from "./items.ts";
import { itemKey } from "./text.ts";

/**
 * Opens an item of a container. Once open it can be read without the lock: an
 * item is only ever replaced by another file, never changed.
 */
async function openOf(door: Door, container: Container, key: string): Promise<FileHandle> {
  const { folders, file } = door.paths.dataFile(container.id, key, false);
  const handle = await openItem(folders, file);
  if (handle !== undefined) return handle;
  throw new StowageError(
    "ERR_BIG_DATA_NOT_FOUND",
    `container ${container.id} has no big data item ${JSON.stringify(key)}: open ${file}: no such file or directory`,
    { key, path: file, errno: "ENOENT" },
  );
}

/** The whole item, as containers/storage `BigData`. */
export async function bigData(
  door: Door,
  ref: string,
  key: string,
  options: WaitOptions,
): Promise<Uint8Array> {
  const item = itemKey(key, "retrieve container big data value");
  const handle = await door.read(options, (catalog) => openOf(door, requireContainer(catalog, ref), item));
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** As containers/storage `SetBigData`; the record is saved only when size, digest or the list of names change. */
export async function setBigData(
  door: Door,
  ref: string,
  key: string,
  data: ItemData,
  options: WaitOptions,
): Promise<Container> {
  const item = itemKey(key, "set container big data item");
  // An unknown container or an impossible key is said before the bytes are taken in, and again under the lock.
  await door.read(options, (catalog) => door.paths.dataFile(requireContainer(catalog, ref).id, item, true));
  const written = await writeItem(door, item, data, options.signal);
  try {
    return await door.write(options, async (session) => {
      const old = requireContainer(session.catalog, ref);
      await session.placeItem(written.writer, old.id, item);
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

const measured = (old: Container, key: string, size: Int64, digest: string): Container =>
  withFields(old, {
    bigDataNames: old.bigDataNames.includes(key) ? old.bigDataNames : [...old.bigDataNames, key],
    bigDataSizes: new Map([...old.bigDataSizes, [key, size]]),
    bigDataDigests: new Map([...old.bigDataDigests, [key, digest]]),
  });

/** As containers/storage `BigDataSize`. */
export async function bigDataSize(
  door: Door,
  ref: string,
  key: string,
  options: WaitOptions,
): Promise<Int64> {
  const item = itemKey(key, "retrieve size of container big data");
  return await recordedOrMeasured(door, ref, item, options, {
    recorded: (container) => container.bigDataSizes.get(item),
    code: "ERR_SIZE_UNKNOWN",
    message: "size is not known",
  });
}

/** As containers/storage `BigDataDigest`. */
export async function bigDataDigest(
  door: Door,
  ref: string,
  key: string,
  options: WaitOptions,
): Promise<string> {
  const item = itemKey(key, "retrieve digest of container big data value");
  return await recordedOrMeasured(door, ref, item, options, {
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
async function recordedOrMeasured<T>(
  door: Door,
  ref: string,
  key: string,
  options: WaitOptions,
  sought: Sought<T>,
): Promise<T> {
  const find = async (catalog: Catalog<RecordEntry>): Promise<{ value: T; completed?: Container }> => {
    const old = requireContainer(catalog, ref);
    const value = sought.recorded(old);
    if (value !== undefined) return { value };
    const completed = await measure(door, old, key, sought);
    return { value: sought.recorded(completed)!, completed };
  };
  if (door.lock.readOnly) return await door.read(options, async (catalog) => (await find(catalog)).value);
  const value = await door.read(options, (catalog) => sought.recorded(requireContainer(catalog, ref)));
  if (value !== undefined) return value;
  return await door.write(options, async (session) => {
    const found = await find(session.catalog);
    if (found.completed !== undefined) session.replace(found.completed);
    return found.value;
  });
}

async function measure(
  door: Door,
  container: Container,
  key: string,
  sought: Sought<unknown>,
): Promise<Container> {
  try {
    const handle = await openOf(door, container, key);
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
