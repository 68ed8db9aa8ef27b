import type { Container } from "../../src/model/container.ts";

/** One condition of a filter, with the values that are alternatives. */
export interface NaiveCondition {
  readonly key: string;
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** What a filter means, said as plainly as can be: one value of one key about one container. */
function isMet(key: string, value: string, container: Container, all: readonly Container[]): boolean {
  const [first = "", ...rest] = value.split("=");
  const text = rest.length > 0 ? rest.join("=") : undefined;
  switch (key) {
    case "id":
      return container.id.slice(0, value.length) === value;
    case "name":
      return container.names.some((name) => new RegExp(value).test(name));
    case "image":
    case "layer":
      return value === "" ? container[key] === "" : container[key].slice(0, value.length) === value;
    case "flag":
      return (
        container.flags.has(first) && (text === undefined || spelled(container.flags.get(first)) === text)
      );
    case "metadata": {
      const found = within(container.metadata, first.split("."));
      return found !== undefined && (text === undefined || spelled(found) === text);
    }
    case "before":
      return Date.parse(container.created) < (milliseconds(value, all) ?? NaN);
    case "since": {
      const at = milliseconds(value, all) ?? NaN;
      const created = Date.parse(container.created);
      return all.some(({ id }) => id === value) ? created > at : created >= at;
    }
    case "volatile":
      return String(container.volatile) === value;
    case "has-data":
      if (value === "true") return container.bigDataNames.length > 0;
      if (value === "false") return container.bigDataNames.length === 0;
      return container.bigDataNames.some((name) => name === value);
    default:
      throw new Error(`no such key: ${key}`);
  }
}

const milliseconds = (value: string, all: readonly Container[]): number | undefined => {
  const container = all.find(({ id }) => id === value);
  return Date.parse(container?.created ?? value);
};

const spelled = (value: unknown): string | undefined =>
  typeof value === "string" ? value : typeof value === "object" && value !== null ? undefined : String(value);

function within(metadata: string, path: readonly string[]): unknown {
  try {
    let at = JSON.parse(metadata) as unknown;
    for (const name of path) at = new Map(Object.entries(at as object)).get(name);
    return at;
  } catch {
    return undefined;
  }
}

/** By looking at every container, with all conditions of one key together. */
export function naiveQuery(all: readonly Container[], conditions: readonly NaiveCondition[]): Container[] {
  return all.filter((container) =>
    conditions.every(({ key, negated, values }) => {
      const found = values.filter((value) => isMet(key, value, container, all));
      return negated ? found.length === 0 : found.length > 0;
    }),
  );
}
