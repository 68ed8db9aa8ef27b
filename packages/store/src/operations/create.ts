import { generateId } from "@stowage/truncindex";
import { assertCreatable, nameFrom } from "../catalog/rules.ts";
import { formatGoTime } from "../codec/go-time.ts";
import { StowageError } from "../errors.ts";
import type { Container, IdMapping, Int64 } from "../model/container.ts";
import { makeContainer } from "../model/containers.ts";
import { isDataFolderName } from "../model/data-folder.ts";
import { copyJson } from "../model/json-copy.ts";
import type { JsonValue } from "../model/json-value.ts";
import { withoutRepetitions } from "../model/names.ts";
import { text, texts } from "../model/text.ts";
import type { CreateOptions } from "../options.ts";
import { nowInNanoseconds } from "../persistence/clock.ts";
import { discard, place, type WrittenItem, writeItem } from "./items.ts";
import { roomFor } from "./quota.ts";
import { itemKey, nameTemplate } from "./text.ts";
import type { Turn } from "./turn.ts";

/** What `create` was asked for, checked and copied, so that the caller's objects play no part any more. */
type Wanted = Pick<
  Container,
  "names" | "image" | "layer" | "metadata" | "flags" | "volatile" | "uidMap" | "gidMap"
> & { readonly id: string; readonly nameTemplate: string | undefined };

/** As containers/storage `create`, but with one save for the record and all its items. */
export async function create(turn: Turn, options: CreateOptions): Promise<Container> {
  const wanted = check(options);
  const bigData = options.bigData ?? [];
  if (bigData.length > 0) {
    // What cannot be is said before bytes are taken in, and looked at again under the lock.
    const id = wanted.id === "" ? generateId() : wanted.id;
    await turn.read((catalog) => assertCreatable(catalog, { ...wanted, id }));
  }
  const items: WrittenItem[] = [];
  try {
    for (const { key, data } of bigData) {
      const item = itemKey(key, "set container big data item");
      items.push(await writeItem(turn, item, data, roomFor(turn.quota, holding(wanted.id, items), item)));
    }
    return await turn.write(async (session) => {
      let { id } = wanted;
      while (id === "" || (wanted.id === "" && session.catalog.byId(id) !== undefined)) id = generateId();
      const names =
        wanted.nameTemplate === undefined
          ? wanted.names
          : withoutRepetitions([nameFrom(session.catalog, wanted.nameTemplate), ...wanted.names]);
      assertCreatable(session.catalog, { ...wanted, names, id });
      const placed = [];
      try {
        // Of several items with one key the last one counts.
        for (const item of new Map(items.map((written) => [written.key, written])).values()) {
          placed.push(await place(session, item, id));
        }
      } catch (error) {
        for (const move of placed.reverse()) await session.withdrawItem(move);
        throw error;
      }
      const container = makeContainer({
        ...wanted,
        id,
        names,
        created: formatGoTime(nowInNanoseconds()),
        bigDataNames: withoutRepetitions(items.map(({ key }) => key)),
        bigDataSizes: new Map(items.map(({ key, size }) => [key, size])),
        bigDataDigests: new Map(items.map(({ key, digest }) => [key, digest])),
      });
      session.insert(container);
      return container;
    });
  } finally {
    await discard(items);
  }
}

/** A container that is on its way, and what it will keep. */
const holding = (id: string, items: readonly WrittenItem[]): Pick<Container, "id" | "bigDataSizes"> => ({
  id: id === "" ? "(new)" : id,
  bigDataSizes: new Map(items.map(({ key, size }) => [key, size])),
});

function check(options: CreateOptions): Wanted {
  const id = text(options.id ?? "", "id");
  if (id !== "" && !isDataFolderName(id)) {
    throw new StowageError(
      "ERR_INVALID_ID",
      `${JSON.stringify(id.length > 80 ? `${id.slice(0, 77)}...` : id)} cannot be an id, since no folder inside ` +
        "the store can have that name; choose another, or leave it out",
      { ref: id },
    );
  }
  const flags = new Map<string, JsonValue>();
  for (const [flag, value] of flagEntries(options.flags)) {
    flags.set(text(flag, "the name of a flag"), copyJson(value, `flag ${JSON.stringify(flag)}`));
  }
  if (options.mountOpts !== undefined) {
    flags.set("MountOpts", Object.freeze(texts(options.mountOpts, "mountOpts")));
  }
  if (options.volatile === true) flags.set("Volatile", true);
  return {
    id,
    names: withoutRepetitions(texts(options.names ?? [], "names")),
    nameTemplate: nameTemplate(options.nameTemplate),
    image: text(options.image ?? "", "image"),
    layer: text(options.layer ?? "", "layer"),
    metadata: text(options.metadata ?? "", "metadata"),
    flags,
    volatile: options.volatile ?? false,
    uidMap: mappings(options.uidMap, "uidMap"),
    gidMap: mappings(options.gidMap, "gidMap"),
  };
}

function flagEntries(flags: CreateOptions["flags"]): Iterable<readonly [string, unknown]> {
  if (flags === undefined) return [];
  // Not `instanceof`: the flags of a record are no `Map`.
  return Symbol.iterator in flags ? (flags as ReadonlyMap<string, JsonValue>) : Object.entries(flags);
}

function mappings(given: readonly IdMapping[] | undefined, what: string): IdMapping[] {
  return (given ?? []).map(({ containerId, hostId, size }) =>
    Object.freeze({
      containerId: int64(containerId, `${what} containerId`),
      hostId: int64(hostId, `${what} hostId`),
      size: int64(size, `${what} size`),
    }),
  );
}

function int64(value: unknown, what: string): Int64 {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  throw new TypeError(`${what} must be a whole number of at most 64 bits, not ${String(value)}`);
}
