import { renamed } from "../catalog/rules.ts";
import type { Container } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import { copyJson } from "../model/json-copy.ts";
import type { JsonValue } from "../model/json-value.ts";
import type { NameOperation } from "../model/names.ts";
import { text, texts } from "../model/text.ts";
import type { NameOptions, UpdateOptions } from "../options.ts";
import type { Change } from "../persistence/write-queue.ts";
import { requireUnchanged } from "./unchanged.ts";

/** As containers/storage `updateNames`, but that the file of a container that loses a name is saved too. */
export function changeNames(
  ref: string,
  names: readonly string[],
  operation: NameOperation,
  options: NameOptions,
): Change<Container> {
  const given = texts(names, "names");
  const { onConflict = "error" } = options;
  if (onConflict !== "error" && onConflict !== "steal") {
    throw new TypeError(`onConflict must be "error" or "steal", not ${String(onConflict)}`);
  }
  return (session) => {
    const { id } = requireUnchanged(session.catalog, ref, options);
    const records = renamed(session.catalog, id, given, operation, onConflict);
    for (const record of records) session.replace(record);
    return records.at(-1)!;
  };
}

/** One changed field of one record; always saved, as containers/storage does. */
function changeRecord(
  ref: string,
  options: UpdateOptions,
  change: (container: Container) => Partial<Container>,
): Change<Container> {
  return (session) => {
    const old = requireUnchanged(session.catalog, ref, options);
    const record = withFields(old, change(old));
    session.replace(record);
    return record;
  };
}

/** As containers/storage `SetMetadata`. */
export function setMetadata(ref: string, metadata: string, options: UpdateOptions): Change<Container> {
  const value = text(metadata, "metadata");
  return changeRecord(ref, options, () => ({ metadata: value }));
}

/** As containers/storage `SetFlag`. */
export function setFlag(
  ref: string,
  flag: string,
  value: JsonValue,
  options: UpdateOptions,
): Change<Container> {
  const key = text(flag, "the name of a flag");
  const copy = copyJson(value, `flag ${JSON.stringify(flag)}`);
  return changeRecord(ref, options, ({ flags }) => ({ flags: new Map([...flags, [key, copy]]) }));
}

/** As containers/storage `ClearFlag`: a flag that is not there is no error. */
export function clearFlag(ref: string, flag: string, options: UpdateOptions): Change<Container> {
  const key = text(flag, "the name of a flag");
  return changeRecord(ref, options, ({ flags }) => {
    const rest = new Map(flags);
    rest.delete(key);
    return { flags: rest };
  });
}
