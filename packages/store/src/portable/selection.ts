import type { Container } from "../model/container.ts";
import { loadPatterns } from "../operations/patterns.ts";
import type { ContainerFilter } from "../portable.ts";
import { compileFilter } from "../query/compile-filter.ts";
import type { QueryView, Test } from "../query/conditions.ts";
import { readFilter } from "../query/query.ts";

/** Which containers are wanted of those in a view: `before` and `since` speak of others in it. */
export type Selection = (view: QueryView) => Test;

/**
 * Reads what `filter` of an export or import is: a function of the caller's, or
 * a filter as `list` takes it.
 *
 * @throws StowageError ERR_UNKNOWN_FILTER, ERR_INVALID_FILTER; TypeError for
 * values of the wrong type. The selection itself throws ERR_CONTAINER_UNKNOWN,
 * and what a function of the caller's throws.
 */
export async function readSelection(filter: ContainerFilter | undefined): Promise<Selection> {
  if (filter === undefined) return () => () => true;
  if (typeof filter === "function") return () => (container: Container) => filter(container);
  const condition = compileFilter(readFilter(filter), await loadPatterns());
  const now = BigInt(Date.now()) * 1_000_000n;
  return (view) => condition(view, now);
}
