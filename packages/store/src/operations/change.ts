import { renamed, requireContainer } from "../catalog/rules.ts";
import type { Container } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import { copyJson } from "../model/json-copy.ts";
import type { JsonValue } from "../model/json-value.ts";
import type { NameOperation } from "../model/names.ts";
import type { NameOptions, WaitOptions } from "../options.ts";
import type { Door } from "../persistence/door.ts";
import { text, texts } from "./text.ts";

/** As containers/storage `updateNames`, but that the file of a container that loses a name is saved too. */
export async function changeNames(
  door: Door,
  ref: string,
  names: readonly string[],
  operation: NameOperation,
  options: NameOptions,
): Promise<Container> {
  const given = texts(names, "names");
  const { onConflict = "error" } = options;
  if (onConflict !== "error" && onConflict !== "steal") {
    throw new TypeError(`onConflict must be "error" or "steal", not ${String(onConflict)}`);
  }
  return await door.write(options, (session) => {
    const records = renamed(session.catalog, ref, given, operation, onConflict);
    for (const record of records) session.replace(record);
    return records.at(-1)!;
  });
}

/** One changed field of one record; always saved, as containers/storage does. */
async function changeRecord(
  door: Door,
  ref: string,
  options: WaitOptions,
  change: (container: Container) => Partial<Container>,
): Promise<Container> {
  return await door.write(options, (session) => {
    const old = requireContainer(session.catalog, ref);
    const record = withFields(old, change(old));
    session.replace(record);
    return record;
  });
}

/** As containers/storage `SetMetadata`. */
export async function setMetadata(
  door: Door,
  ref: string,
  metadata: string,
  options: WaitOptions,
): Promise<Container> {
  const value = text(metadata, "metadata");
  return await changeRecord(door, ref, options, () => ({ metadata: value }));
}

/** As containers/storage `SetFlag`. */
export async function setFlag(
  door: Door,
  ref: string,
  flag: string,
  value: JsonValue,
  options: WaitOptions,
): Promise<Container> {
  const key = text(flag, "the name of a flag");
  const copy = copyJson(value, `flag ${JSON.stringify(flag)}`);
  return await changeRecord(door, ref, options, ({ flags }) => ({ flags: new Map([...flags, [key, copy]]) }));
}

/** As containers/storage `ClearFlag`: a flag that is not there is no error. */
export async function clearFlag(
  door: Door,
  ref: string,
  flag: string,
  options: WaitOptions,
): Promise<Container> {
  const key = text(flag, "the name of a flag");
  return await changeRecord(door, ref, options, ({ flags }) => {
    const rest = new Map(flags);
    rest.delete(key);
    return { flags: rest };
  });
}
