import type { Container } from "../model/container.ts";
import type { CompilePattern } from "../query/conditions.ts";
import { compileQuery, isPlain, needsPatterns, type Query } from "../query/query.ts";
import { CatalogSnapshot, type Snapshot } from "../query/snapshot.ts";
import { loadPatterns } from "./patterns.ts";
import type { Turn } from "./turn.ts";

/** The list that everybody shares, or a selection of it: made after the lock was released, so that it keeps nobody waiting. */
export async function list(turn: Turn, query: Query): Promise<readonly Container[]> {
  if (isPlain(query)) return await turn.read((catalog) => catalog.list());
  const compilePattern = needsPatterns(query) ? await loadPatterns() : noPatterns;
  const selection = compileQuery(query, compilePattern);
  return (await take(turn, compilePattern)).select(selection);
}

export async function snapshot(turn: Turn): Promise<Snapshot> {
  return await take(turn, await loadPatterns());
}

async function take(turn: Turn, compilePattern: CompilePattern): Promise<CatalogSnapshot> {
  return await turn.read((catalog) => new CatalogSnapshot(catalog, { compilePattern, now }));
}

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;

const noPatterns: CompilePattern = () => {
  throw new TypeError("no pattern was asked for");
};
