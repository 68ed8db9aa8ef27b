/** Permanent codes of {@link TruncIndexError}; messages may be reworded. */
export type TruncIndexErrorCode =
  /** The prefix, or the id to be added, is the empty string. */
  | "ERR_EMPTY_PREFIX"
  /** No id begins with the prefix, or the id to be deleted is not there. */
  | "ERR_PREFIX_NOT_FOUND"
  /** More than one id begins with the prefix: `candidates` has some of them. */
  | "ERR_AMBIGUOUS_PREFIX"
  /** An id to be added holds a space. */
  | "ERR_ILLEGAL_CHARACTER"
  /** An id to be added is there already. */
  | "ERR_DUPLICATE_ID";

/** An id or prefix that the index refuses. Wrong types are a `TypeError` instead. */
export class TruncIndexError extends Error {
  /** What happened. */
  readonly code: TruncIndexErrorCode;
  /** The prefix or id that was asked about, as it was given. */
  readonly prefix: string;
  /**
   * For `ERR_AMBIGUOUS_PREFIX`: the first ids that begin with the prefix, in the index's order, at most
   * {@link CANDIDATES_IN_ERROR} of them; `TruncIndex.candidates()` has all. Otherwise empty.
   */
  readonly candidates: readonly string[];

  constructor(
    code: TruncIndexErrorCode,
    message: string,
    prefix: string,
    candidates: readonly string[] = [],
  ) {
    super(message);
    this.name = "TruncIndexError";
    this.code = code;
    this.prefix = prefix;
    this.candidates = candidates;
  }
}

/** How many candidates an ambiguity error carries at most. */
export const CANDIDATES_IN_ERROR = 10;

/** How many UTF-16 units of an id or prefix a message shows: both may be hostile and thousands of units long. */
const SHOWN = 80;

/** An id or prefix as a message shows it: quoted, control characters escaped, long ones cut. */
export function shown(text: string): string {
  return text.length <= SHOWN ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, SHOWN))}…`;
}
