import { TruncIndexError } from "@stowage/truncindex";
import { StowageError } from "../errors.ts";

/** What looking for a prefix threw, in the store's one family; anything else passes as it is. */
export function asPrefixError(error: unknown): unknown {
  if (!(error instanceof TruncIndexError)) return error;
  const { code, message, prefix, candidates } = error;
  switch (code) {
    case "ERR_EMPTY_PREFIX":
    case "ERR_PREFIX_NOT_FOUND":
      return new StowageError(code, message, { prefix, cause: error });
    case "ERR_AMBIGUOUS_PREFIX":
      return new StowageError(code, message, { prefix, candidates, cause: error });
    default:
      return error;
  }
}
