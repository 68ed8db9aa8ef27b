import { StowageError } from "../errors.ts";
import type { Container, IdMapping } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import { overlappingMappings } from "../model/id-mappings.ts";
import { applyNames, type NameOperation } from "../model/names.ts";
import type { Catalog, HasContainer } from "./catalog.ts";

type AnyCatalog = Catalog<HasContainer>;

/** How many ids an error about an ambiguous prefix lists. */
const CANDIDATES = 10;

/** The container, as `lookup`. @throws StowageError ERR_CONTAINER_UNKNOWN, with `candidates` for an ambiguous prefix */
export function requireContainer(catalog: Pick<AnyCatalog, "find" | "candidates">, ref: string): Container {
  const container = catalog.find(ref);
  if (container !== undefined) return container;
  const candidates = catalog.candidates(ref, CANDIDATES);
  const shown = JSON.stringify(ref.length > 80 ? `${ref.slice(0, 77)}...` : ref);
  throw new StowageError(
    "ERR_CONTAINER_UNKNOWN",
    candidates.length > 1
      ? `${shown} is the beginning of ${candidates.length === CANDIDATES ? "many ids" : `${candidates.length} ids`}, give more of it: container not known`
      : `${shown} is no container's id, name, layer or unique beginning of an id: container not known`,
    { ref, ...(candidates.length > 1 ? { candidates } : {}) },
  );
}

/** The file in which a container's record lives. */
export const fileOf = (container: Container): string =>
  container.volatile ? "volatile-containers.json" : "containers.json";

function nameInUse(name: string, holder: Container): StowageError {
  return new StowageError(
    "ERR_DUPLICATE_NAME",
    `the container name ${JSON.stringify(name)} is already in use by ${holder.id}. You have to remove that ` +
      "container to be able to reuse that name: that name is already in use",
    {
      name,
      holder: { id: holder.id, names: holder.names, created: holder.created, path: fileOf(holder) },
    },
  );
}

/** The name that a template gives with the smallest number, from 1 on, with which nobody has it. */
export function nameFrom(catalog: AnyCatalog, template: string): string {
  for (let number = 1; ; number += 1) {
    const name = template.replace("{n}", String(number));
    if (catalog.byName(name) === undefined) return name;
  }
}

/** What a new container must obey. @throws StowageError ERR_DUPLICATE_ID, ERR_DUPLICATE_NAME, ERR_INVALID_MAPPINGS */
export function assertCreatable(
  catalog: AnyCatalog,
  wanted: Pick<Container, "id" | "names" | "uidMap" | "gidMap">,
): void {
  if (catalog.byId(wanted.id) !== undefined) {
    throw new StowageError(
      "ERR_DUPLICATE_ID",
      `a container with the id ${wanted.id} exists; choose another id or leave it out: that ID is already in use`,
      { ref: wanted.id },
    );
  }
  for (const name of wanted.names) {
    const holder = catalog.byName(name);
    if (holder !== undefined) throw nameInUse(name, holder);
  }
  assertMappings(wanted.uidMap);
  assertMappings(wanted.gidMap);
}

function assertMappings(mappings: readonly IdMapping[]): void {
  const conflicts = overlappingMappings(mappings);
  if (conflicts.length === 0) return;
  const what =
    conflicts.length === 1
      ? `mapping ${conflicts[0]} conflicts`
      : `mappings ${conflicts.join(", ")} conflict`;
  throw new StowageError(
    "ERR_INVALID_MAPPINGS",
    `the specified UID and/or GID ${what} with other mappings: invalid mappings specified`,
    { conflicts },
  );
}

/**
 * The records that a change of names makes: the container's own (last), and
 * before it each that loses a name to it. Nothing is changed here.
 *
 * @throws StowageError ERR_CONTAINER_UNKNOWN; ERR_DUPLICATE_NAME when another
 * container holds a name and `onConflict` is "error"
 */
export function renamed(
  catalog: AnyCatalog,
  ref: string,
  given: readonly string[],
  operation: NameOperation,
  onConflict: "error" | "steal",
): Container[] {
  const container = requireContainer(catalog, ref);
  const names = applyNames(container.names, given, operation);
  /** What each other container loses. */
  const lost = new Map<Container, Set<string>>();
  for (const name of names) {
    const holder = catalog.byName(name);
    if (holder === undefined || holder.id === container.id) continue;
    if (onConflict === "error") throw nameInUse(name, holder);
    lost.set(holder, (lost.get(holder) ?? new Set()).add(name));
  }
  const losers = [...lost].map(([loser, gone]) =>
    withFields(loser, { names: loser.names.filter((name) => !gone.has(name)) }),
  );
  return [...losers, withFields(container, { names })];
}
