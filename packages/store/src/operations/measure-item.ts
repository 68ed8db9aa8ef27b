import type { FileHandle } from "node:fs/promises";
import { requireContainer } from "../catalog/rules.ts";
import type { MeasureOptions } from "../big-data.ts";
import { StowageError } from "../errors.ts";
import type { Container, Int64 } from "../model/container.ts";
import { withItem } from "../model/containers.ts";
import { measure as measureFile } from "../persistence/measure.ts";
import { openOf } from "./open-item.ts";
import { itemKey } from "./text.ts";
import type { Turn } from "./turn.ts";

/** As containers/storage `BigDataSize`, but that the record is completed only when that is asked for. */
export async function bigDataSize(
  turn: Turn,
  ref: string,
  key: string,
  options: MeasureOptions,
): Promise<Int64> {
  const item = itemKey(key, "retrieve size of container big data");
  return await recordedOrMeasured(turn, ref, item, options, {
    of: (container) => container.bigDataSizes.get(item),
    code: "ERR_SIZE_UNKNOWN",
    message: "size is not known",
  });
}

/** As containers/storage `BigDataDigest`, with the same difference. */
export async function bigDataDigest(
  turn: Turn,
  ref: string,
  key: string,
  options: MeasureOptions,
): Promise<string> {
  const item = itemKey(key, "retrieve digest of container big data value");
  return await recordedOrMeasured(turn, ref, item, options, {
    of: (container) => container.bigDataDigests.get(item),
    code: "ERR_DIGEST_UNKNOWN",
    message: "could not compute digest of item",
  });
}

interface Sought<T> {
  readonly of: (container: Container) => T | undefined;
  readonly code: "ERR_SIZE_UNKNOWN" | "ERR_DIGEST_UNKNOWN";
  readonly message: string;
}

/** What the record says, or, when it says nothing, what the item is. Only completing the record needs the write lock. */
async function recordedOrMeasured<T>(
  turn: Turn,
  ref: string,
  key: string,
  { complete = false }: MeasureOptions,
  sought: Sought<T>,
): Promise<T> {
  const found = await turn.read(async (catalog) => {
    const container = requireContainer(catalog, ref);
    const value = sought.of(container);
    if (value !== undefined) return { value };
    if (complete && !turn.readOnly) return {};
    // Read without the lock, as it may be large.
    return { container, handle: await open(turn, container, key, sought) };
  });
  if (found.value !== undefined) return found.value;
  if (found.handle !== undefined) {
    return sought.of(await measure(turn, found.container, found.handle, key, sought))!;
  }
  return await turn.write(async (session) => {
    const old = requireContainer(session.catalog, ref);
    const value = sought.of(old);
    if (value !== undefined) return value;
    const completed = await measure(turn, old, await open(turn, old, key, sought), key, sought);
    session.replace(completed);
    return sought.of(completed)!;
  });
}

async function open(
  turn: Turn,
  container: Container,
  key: string,
  sought: Sought<unknown>,
): Promise<FileHandle> {
  return await openOf(turn, container, key).catch((error: unknown) => {
    throw unknown(container, key, sought, error);
  });
}

/** The record with what the item is; the handle is closed. */
async function measure(
  turn: Turn,
  container: Container,
  handle: FileHandle,
  key: string,
  sought: Sought<unknown>,
): Promise<Container> {
  try {
    const { size, digest } = await measureFile(handle, turn.signal);
    return withItem(container, key, size, digest);
  } catch (error) {
    turn.signal?.throwIfAborted();
    throw unknown(container, key, sought, error);
  } finally {
    await handle.close();
  }
}

const unknown = (
  { id }: Container,
  key: string,
  { code, message }: Sought<unknown>,
  cause: unknown,
): StowageError =>
  new StowageError(
    code,
    `item ${JSON.stringify(key)} of container ${id} is not recorded and cannot be read: ${message}`,
    { key, cause },
  );
