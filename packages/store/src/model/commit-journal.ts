/**
 * What tells one content of a file from another: `inode:size:mtime` of the file
 * that has it, or that there is none. A rename takes all three along, and
 * whoever replaces a file changes them.
 */
export type FileIdentity = string;

export const NO_FILE: FileIdentity = "none";

/** The file that a step of a commit is about. */
export type CommitTarget =
  | { readonly file: "stable" | "volatile" }
  | { readonly file: "item"; readonly id: string; readonly key: string };

/** One file that a commit puts in place, or takes away. */
export interface CommitStep {
  readonly target: CommitTarget;
  /** The name of the file that is ready for it; undefined when the target goes away. */
  readonly from: string | undefined;
  readonly before: FileIdentity;
  readonly after: FileIdentity;
}

const VERSION = 1;

/**
 * The bytes of a journal: all files that one commit puts in place. It lies beside
 * them while that happens, so that whoever comes after a writer that was killed in
 * between can do the rest.
 */
export function encodeJournal(steps: readonly CommitStep[]): string {
  return JSON.stringify({ version: VERSION, steps });
}

/** Undefined when the bytes are no journal that we know, whole: a loss of power or a stranger may have left them. */
export function decodeJournal(text: string): CommitStep[] | undefined {
  let journal: unknown;
  try {
    journal = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(journal) || journal["version"] !== VERSION || !Array.isArray(journal["steps"]))
    return undefined;
  const steps: CommitStep[] = [];
  for (const step of journal["steps"]) {
    const read = isObject(step) ? readStep(step) : undefined;
    if (read === undefined) return undefined;
    steps.push(read);
  }
  return steps;
}

function readStep(step: Fields): CommitStep | undefined {
  const { from, before, after } = step;
  const target = isObject(step["target"]) ? readTarget(step["target"]) : undefined;
  if (target === undefined || typeof before !== "string" || typeof after !== "string") return undefined;
  if (from !== undefined && (typeof from !== "string" || !/^\.tmp-[^/\\\0]+$/.test(from))) return undefined;
  if ((from === undefined) !== (after === NO_FILE)) return undefined;
  return { target, from, before, after };
}

function readTarget({ file, id, key }: Fields): CommitTarget | undefined {
  if (file === "stable" || file === "volatile") return { file };
  if (file !== "item" || typeof id !== "string" || typeof key !== "string") return undefined;
  return { file, id, key };
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
