import type { StowageError } from "@stowage/store";

import { ProgramError, UsageError } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { nearest } from "./near-words.ts";
import type { Style } from "./render/colour.ts";
import { encodeJson } from "./render/json.ts";
import type { Encodable } from "./render/json.ts";
import { visible } from "./render/text.ts";

/** An error as the program tells it. */
export interface Report {
  readonly code: string;
  readonly message: string;
  /** What the reader can do. */
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, Encodable | undefined>>;
  readonly exitCode: ExitCode;
}

/**
 * Told by its shape: the store is loaded only by commands that open one, and
 * errors are also reported by those that do not.
 */
export function isStowageError(error: unknown): error is StowageError {
  return error instanceof Error && error.name === "StowageError" && "code" in error && "details" in error;
}

/** An error together with better advice than its code alone allows. */
export class ErrorWithHint extends Error {
  readonly hint: string;
  constructor(cause: unknown, hint: string) {
    super(hint, { cause });
    this.hint = hint;
  }
}

/** What to say about any error, and the exit code that goes with it. */
export function describeError(error: unknown): Report {
  if (error instanceof ErrorWithHint) return { ...describeError(error.cause), hint: error.hint };
  // A file that the user named failed while the store read it.
  if (isStowageError(error) && error.cause instanceof ProgramError) return describeError(error.cause);
  if (isStowageError(error)) {
    return {
      code: error.code,
      message: inOurWords(error.message),
      hint: hintFor(error),
      details: error.details as Readonly<Record<string, Encodable | undefined>>,
      exitCode: exitCodes.get(error.code) ?? ExitCode.refused,
    };
  }
  if (error instanceof ProgramError) {
    return {
      code: error.code,
      message: error.message,
      hint: error.hint,
      details: error.details,
      exitCode: error instanceof UsageError ? ExitCode.usage : ExitCode.refused,
    };
  }
  return {
    code: "ERR_INTERNAL",
    message: `unexpected: ${error instanceof Error ? error.message : String(error)}`,
    hint: "this is a defect of stowage; STOWAGE_DEBUG=1 shows where it happened",
    details: {},
    exitCode: ExitCode.refused,
  };
}

const exitCodes: ReadonlyMap<string, ExitCode> = new Map([
  ["ERR_STORE_DAMAGED", ExitCode.damaged],
  ["ERR_STORE_INCONSISTENT", ExitCode.damaged],
  ["ERR_LOCK_TIMEOUT", ExitCode.lockTimeout],
  // They are about what was typed.
  ["ERR_INVALID_ARGUMENT", ExitCode.usage],
  ["ERR_UNKNOWN_FILTER", ExitCode.usage],
  ["ERR_INVALID_FILTER", ExitCode.usage],
]);

/** What the library advises to do in code, and how the same is said on the command line. */
const translations: readonly (readonly [theirs: string, ours: string])[] = [
  ["with `readOnly: true`", "with --read-only"],
  // The hint says it for the program.
  ["; open it without `readOnly` to change it", ""],
  ["open the store read-only", "open the store with --read-only"],
  ["leave it out with `filter`", "leave it out with --filter"],
  ['use `lock: "kernel"`', "use --lock kernel"],
];

function inOurWords(message: string): string {
  return translations.reduce((text, [theirs, ours]) => text.replace(theirs, ours), message);
}

/**
 * The store's message says what failed and what helps. Which of our options or
 * commands does that is ours to say.
 */
function hintFor(error: StowageError): string | undefined {
  switch (error.code) {
    case "ERR_CONTAINER_UNKNOWN":
    case "ERR_AMBIGUOUS_PREFIX": {
      const { candidates = [] } = error.details;
      if (candidates.length === 0) return "`stowage ls` lists what there is";
      // The error brings the first few; how many more there are it does not say.
      const more = candidates.length > 8 ? ", or others" : "";
      return `it could be ${candidates.slice(0, 8).join(", ")}${more}`;
    }
    case "ERR_IMAGE_UNKNOWN": {
      const { candidates = [] } = error.details;
      return candidates.length === 0 ? undefined : `it could be ${candidates.join(", ")}`;
    }
    case "ERR_IMAGES_UNAVAILABLE":
      return "--graph-root ROOT names the store of a containers/storage tree; IMAGE without --image keeps what is given";
    case "ERR_DUPLICATE_NAME":
      return `${holderOf(error)}choose another, or take it with \`stowage name add --steal\``;
    case "ERR_BIG_DATA_NOT_FOUND":
    case "ERR_SIZE_UNKNOWN":
    case "ERR_DIGEST_UNKNOWN":
      return "`stowage data ls` lists the container's items";
    case "ERR_UNKNOWN_FILTER":
      return filterHint(error);
    case "ERR_INVALID_FILTER":
      return "`stowage ls --help` lists the filters";
    case "ERR_BIG_DATA_MISMATCH":
      return "`stowage check` explains it";
    case "ERR_QUOTA_EXCEEDED":
      return "`stowage data rm` removes items, and --quota says how much may be kept";
    case "ERR_CONTAINER_CHANGED":
      return "`stowage inspect` shows what it is now";
    case "ERR_STORE_INCONSISTENT":
      return "`stowage check` explains it";
    case "ERR_STORE_NOT_FOUND":
      // Podman's is for podman to make.
      return error.message.startsWith("podman") ? undefined : "`stowage create` makes one";
    case "ERR_STORE_READ_ONLY":
      if (error.details.errno === "EROFS") {
        // What could not be made there is nowhere to be copied from.
        return error.message.includes("mkdir") ? undefined : "to change it, copy it elsewhere";
      }
      return "leave --read-only out; with --podman, add --write";
    case "ERR_LOCK_TIMEOUT":
      return "--lock-timeout MS sets how long to wait";
    case "ERR_LOCK_PROTOCOL":
      return "leave --lock out to use what the store has";
    case "ERR_LOCK_UNSUPPORTED":
      return "--lock portable works without, for stores that no Go program uses";
    default:
      return undefined;
  }
}

/** A slip of the finger; another word for the same thing is in the store's message already. */
function filterHint({ message, details: { filter = "", candidates = [] } }: StowageError): string {
  const near = message.includes("did you mean") ? [] : nearest(filter, candidates);
  return near.length === 0 ? "`stowage ls --help` lists the filters" : `did you mean ${near.join(" or ")}?`;
}

/** Which container has the name, as a person knows it. */
function holderOf({ details: { holder } }: StowageError): string {
  if (holder === undefined) return "";
  const { names, created, path } = holder;
  return `it is called ${names.join(", ")}, was made ${created}, and is in ${path}; `;
}

/**
 * The report as it goes to standard error, one line, ended: for people
 * `stowage: WHAT; WHAT TO DO`, for programs
 * `{"error":{"code","message","hint",…details}}`.
 */
export function renderReport(
  report: Report,
  style: { readonly json: boolean; readonly style: Style },
): string {
  const { code, message, hint, details } = report;
  if (style.json) return `${encodeJson({ error: { code, message, hint, ...details } })}\n`;
  const what = visible(message).replace(/[.;\s]+$/, "");
  const advice = hint === undefined ? "" : `; ${visible(hint)}`;
  return `${style.style.bad("stowage:")} ${what}${advice}\n`;
}
