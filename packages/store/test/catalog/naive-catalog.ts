import type { Container } from "../../src/model/container.ts";

/** The rules of `Catalog` over a plain array, each by looking through all of it. */
export class NaiveCatalog {
  readonly containers: Container[];

  constructor(containers: readonly Container[]) {
    this.containers = [...containers];
  }

  byId(id: string): Container | undefined {
    return this.containers.find((container) => container.id === id);
  }

  byName(name: string): Container | undefined {
    return this.containers.find((container) => container.names.includes(name));
  }

  byLayer(layer: string): Container | undefined {
    return this.containers.findLast((container) => container.layer === layer);
  }

  candidates(prefix: string): string[] {
    if (prefix === "") return [];
    return this.containers
      .map(({ id }) => id)
      .filter((id) => id !== "" && !id.includes(" ") && id.startsWith(prefix))
      .sort();
  }

  find(ref: string): Container | undefined {
    const found = this.byId(ref) ?? this.byName(ref) ?? this.byLayer(ref);
    if (found !== undefined) return found;
    const candidates = this.candidates(ref);
    return candidates.length === 1 ? this.byId(candidates[0]!) : undefined;
  }

  isFree(container: Container): boolean {
    return (
      this.byId(container.id) === undefined &&
      container.names.every((name) => this.byName(name) === undefined)
    );
  }

  isConsistent(): boolean {
    const ids = new Set(this.containers.map(({ id }) => id));
    const names = this.containers.flatMap((container) => [...new Set(container.names)]);
    return ids.size === this.containers.length && new Set(names).size === names.length;
  }
}
