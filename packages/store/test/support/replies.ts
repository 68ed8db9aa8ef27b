/** What containers/storage calls an error, and our code for it. Whatever has no name there is `other`. */
const ERROR_NAMES: readonly (readonly [goName: string, code: string])[] = [
  ["ErrContainerUnknown", "ERR_CONTAINER_UNKNOWN"],
  ["ErrDuplicateID", "ERR_DUPLICATE_ID"],
  ["ErrDuplicateName", "ERR_DUPLICATE_NAME"],
  ["ErrInvalidBigDataName", "ERR_INVALID_BIG_DATA_NAME"],
  ["ErrSizeUnknown", "ERR_SIZE_UNKNOWN"],
  ["ErrDigestUnknown", "ERR_DIGEST_UNKNOWN"],
  ["ErrNotExist", "ERR_PREFIX_NOT_FOUND"],
  ["ErrEmptyPrefix", "ERR_EMPTY_PREFIX"],
  ["ErrAmbiguousPrefix", "ERR_AMBIGUOUS_PREFIX"],
  // The driver's own protection against ids whose folder would lie outside the store.
  ["refused", "ERR_INVALID_ID"],
];

interface Failure {
  readonly ok: false;
  readonly error: string;
  readonly errno?: string;
}

/**
 * Whether two replies say the same: values are equal to the byte; failures have
 * the same name, and nameless ones the same reason where both give one.
 */
export function isSameReply(one: string, other: string): boolean {
  const [first, second] = [failureIn(one), failureIn(other)];
  if (first === undefined || second === undefined) return one === other;
  const name = goName(first.error);
  if (name !== goName(second.error)) return false;
  if (name !== "other" || first.errno === undefined || second.errno === undefined) return true;
  return first.errno === second.errno;
}

/** The library encodes the members in the order of the alphabet, we do not. */
function failureIn(reply: string): Failure | undefined {
  if (reply.startsWith('{"ok":true')) return undefined;
  return JSON.parse(reply) as Failure;
}

function goName(error: string): string {
  const known = ERROR_NAMES.find(([name, code]) => error === name || error === code);
  return known?.[0] ?? "other";
}
