import type { StowageErrorCode } from "./errors.ts";

/**
 * What containers/storage calls an error, and what we call it. Whoever compares
 * the replies of `batch` with those of a program on the Go library needs this one
 * table. Codes that are not listed are what Go's program calls `other`: errors
 * without a name of their own there.
 */
export const goErrorNames = [
  ["ErrContainerUnknown", "ERR_CONTAINER_UNKNOWN"],
  ["ErrDuplicateID", "ERR_DUPLICATE_ID"],
  ["ErrDuplicateName", "ERR_DUPLICATE_NAME"],
  ["ErrInvalidBigDataName", "ERR_INVALID_BIG_DATA_NAME"],
  ["ErrSizeUnknown", "ERR_SIZE_UNKNOWN"],
  ["ErrDigestUnknown", "ERR_DIGEST_UNKNOWN"],
  ["ErrNotExist", "ERR_PREFIX_NOT_FOUND"],
  ["ErrEmptyPrefix", "ERR_EMPTY_PREFIX"],
  ["ErrAmbiguousPrefix", "ERR_AMBIGUOUS_PREFIX"],
  // An id whose folder would lie outside the store: Go itself would follow it.
  ["refused", "ERR_INVALID_ID"],
] as const satisfies readonly (readonly [goName: string, code: StowageErrorCode])[];

export type GoErrorName = (typeof goErrorNames)[number][0] | "other";

/** Go's name for one of our codes; `other` where it has none. */
export function goErrorName(code: string): GoErrorName {
  return goErrorNames.find(([, ours]) => ours === code)?.[0] ?? "other";
}
