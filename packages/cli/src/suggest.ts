import type { ContainerStore } from "@stowage/store";

import { nearest } from "./near-words.ts";
import { ErrorWithHint, isStowageError } from "./report-error.ts";

/** Adds to "container not known" the names that look like what was asked for; any other error comes back as it is. */
export async function withSuggestion(
  store: ContainerStore,
  error: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isStowageError(error) || error.code !== "ERR_CONTAINER_UNKNOWN") return error;
  const { ref, candidates } = error.details;
  // Beyond this length it is an id, and a slip in it is not ours to guess.
  if (ref === undefined || ref.length > 40 || candidates !== undefined) return error;
  try {
    const names = (await store.list({ signal })).flatMap((container) => container.names);
    const near = nearest(ref, names);
    if (near.length === 0) return error;
    return new ErrorWithHint(error, `did you mean ${near.join(" or ")}?`);
  } catch {
    // The first error is the one to tell; that no better advice could be found adds nothing to it.
    return error;
  }
}
