import type { Catalog } from "../catalog/catalog.ts";
import type { Container } from "../model/container.ts";
import { withRests } from "../persistence/pace.ts";
import type { CompilePattern } from "../query/conditions.ts";
import { compileQuery, isPlain, needsPatterns, type Query } from "../query/query.ts";
import { CatalogSnapshot, type Snapshot } from "../query/snapshot.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { loadPatterns } from "./patterns.ts";
import type { Turn } from "./turn.ts";

/** The list that everybody shares, or a selection of it: made after the lock was released, so that it keeps nobody waiting. */
export async function list(turn: Turn, query: Query): Promise<readonly Container[]> {
  if (isPlain(query)) return await turn.read(withList((catalog) => catalog.list()));
  const compilePattern = needsPatterns(query) ? await loadPatterns() : noPatterns;
  const selection = compileQuery(query, compilePattern);
  return (await take(turn, compilePattern)).select(selection);
}

export async function snapshot(turn: Turn): Promise<Snapshot> {
  return await take(turn, await loadPatterns());
}

async function take(turn: Turn, compilePattern: CompilePattern): Promise<CatalogSnapshot> {
  return await turn.read(withList((catalog) => new CatalogSnapshot(catalog, { compilePattern, now })));
}

type Look<T> = (catalog: Catalog<RecordEntry>) => T;

/** Has the list made before, letting others run in between. */
function withList<T>(look: Look<T>): Look<Promise<T>> {
  return async (catalog) => {
    await withRests(catalog.prepareList());
    return look(catalog);
  };
}

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;

const noPatterns: CompilePattern = () => {
  throw new TypeError("no pattern was asked for");
};
