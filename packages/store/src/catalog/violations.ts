import type { Container } from "../model/container.ts";
import type { Catalog, HasContainer } from "./catalog.ts";

/**
 * What must hold in every catalog at every moment, as a list of what does not.
 * Tests call it after each step; an empty list is the only good answer.
 */
export function violations<Entry extends HasContainer>(catalog: Catalog<Entry>): string[] {
  const found: string[] = [];
  const ids = new Set<string>();
  const names = new Map<string, string>();
  const layers = new Map<string, Container>();
  for (const container of catalog.list()) {
    const { id } = container;
    if (ids.has(id)) found.push(`id ${id} stands twice in the list`);
    ids.add(id);
    if (catalog.byId(id) !== container) found.push(`the id table has another record for ${id}`);
    for (const name of container.names) {
      const holder = names.get(name);
      if (holder !== undefined && holder !== id) found.push(`name ${name} is held by ${holder} and ${id}`);
      names.set(name, id);
      if (catalog.byName(name) !== container)
        found.push(`the name table does not lead from ${name} to ${id}`);
    }
    layers.set(container.layer, container);
    const isIndexed = id !== "" && !id.includes(" ");
    if (isIndexed && catalog.candidates(id, 1)[0] !== id) found.push(`the prefix index does not know ${id}`);
    if (!Object.isFrozen(container)) found.push(`the record of ${id} can be changed`);
  }
  for (const [layer, container] of layers) {
    if (catalog.byLayer(layer) !== container)
      found.push(`the layer table does not lead from ${layer} to ${container.id}, the last with that layer`);
  }
  if (catalog.entries().length !== catalog.size || catalog.list().length !== catalog.size)
    found.push(`the list and the entries are not ${catalog.size} long`);
  for (const isVolatile of [false, true]) {
    const inFile = catalog.entries().filter((entry) => entry.volatile === isVolatile);
    const given = catalog.entriesIn(isVolatile);
    if (given.length !== inFile.length || !given.every((entry, at) => entry === inFile[at]))
      found.push(`the entries of the ${isVolatile ? "volatile" : "stable"} file are not those of the list`);
  }
  if (catalog.size !== ids.size) found.push(`size ${catalog.size}, but ${ids.size} ids`);
  return found;
}
