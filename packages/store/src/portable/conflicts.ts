import { createHash } from "node:crypto";
import type { Catalog } from "../catalog/catalog.ts";
import { assertCreatable, nameFrom } from "../catalog/rules.ts";
import { encodeContainerText } from "../codec/encode-container.ts";
import type { Container } from "../model/container.ts";
import { makeContainer, withFields } from "../model/containers.ts";
import type { ImportConflict } from "../portable.ts";
import type { RecordEntry } from "../records/record-entry.ts";

/** What is to be done with a container of an archive. */
export type Decision =
  | { readonly action: "skip" }
  /** It is there already. */
  | { readonly action: "leave"; readonly container: Container }
  | { readonly action: "create"; readonly container: Container; readonly losers: readonly Container[] }
  | {
      readonly action: "replace";
      readonly container: Container;
      readonly old: Container;
      readonly losers: readonly Container[];
    };

/**
 * Decides by the rules of `ImportConflict`. Nothing is changed. It gives the same
 * answer when an import that was cut short is tried again: what came in then is
 * there, and left alone.
 *
 * @throws StowageError ERR_DUPLICATE_ID, ERR_DUPLICATE_NAME, for "fail"
 */
export function decide(
  catalog: Catalog<RecordEntry>,
  wanted: Container,
  onConflict: ImportConflict,
): Decision {
  const old = catalog.byId(wanted.id);
  if (old !== undefined && isSame(old, wanted)) return { action: "leave", container: old };
  const taken = wanted.names.filter((name) => (catalog.byName(name)?.id ?? wanted.id) !== wanted.id);
  if (old === undefined && taken.length === 0) return { action: "create", container: wanted, losers: [] };
  switch (onConflict) {
    case "skip":
      return { action: "skip" };
    case "rename":
      return renamed(catalog, wanted, taken, old);
    case "replace": {
      const losers = losersOf(catalog, taken);
      return old === undefined
        ? { action: "create", container: wanted, losers }
        : { action: "replace", container: wanted, old, losers };
    }
    default:
      // Says who is in the way; an import looks at nothing else of a record.
      assertCreatable(catalog, { ...wanted, uidMap: [], gidMap: [] });
      throw new TypeError(`${wanted.id} is in nobody's way`);
  }
}

function isSame(one: Container, other: Container): boolean {
  return one.volatile === other.volatile && encodeContainerText(one) === encodeContainerText(other);
}

/** A container that was renamed before differs in its names only, or has the id that it was given then. */
function renamed(
  catalog: Catalog<RecordEntry>,
  wanted: Container,
  taken: readonly string[],
  old: Container | undefined,
): Decision {
  if (old !== undefined && isSame(withFields(old, { names: wanted.names }), wanted)) {
    return { action: "leave", container: old };
  }
  const id = old === undefined ? wanted.id : otherId(wanted);
  const there = catalog.byId(id);
  if (there !== undefined) return { action: "leave", container: there };
  const names = wanted.names.map((name) => {
    const isTaken = taken.includes(name) || catalog.byName(name) !== undefined;
    return isTaken ? freeName(catalog, name, wanted.names) : name;
  });
  return { action: "create", container: makeContainer({ ...wanted, id, names }), losers: [] };
}

/** Made of all that the container is, so that it gets the same one each time. */
const otherId = (wanted: Container): string =>
  createHash("sha256")
    .update(`renamed ${wanted.volatile} ${encodeContainerText(wanted)}`)
    .digest("hex");

function freeName(catalog: Catalog<RecordEntry>, name: string, own: readonly string[]): string {
  let base = name;
  for (;;) {
    // Not as a template: the name may have `{n}` in it.
    const free = nameFrom(catalog, base.replaceAll("{n}", "-n-") + "-{n}");
    if (!own.includes(free)) return free;
    base = free;
  }
}

function losersOf(catalog: Catalog<RecordEntry>, taken: readonly string[]): Container[] {
  const losers = new Map<string, Container>();
  for (const name of taken) {
    const holder = catalog.byName(name);
    if (holder === undefined) continue;
    const loser = losers.get(holder.id) ?? holder;
    losers.set(holder.id, withFields(loser, { names: loser.names.filter((other) => other !== name) }));
  }
  return [...losers.values()];
}
