import { errnoOf } from "../errors.ts";

/** Text as Go's `%q` and `strconv` write and read it, and errors as its system library words them. */

const escapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** Go's `%q`. */
export function quoted(text: string): string {
  const inner = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    const code = character.codePointAt(0)!;
    const named = escapes[character];
    if (named !== undefined) return named;
    if (code < 0x80) return `\\x${hex(code, 2)}`;
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  });
  return `"${inner}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** Go's `strconv.ParseBool`; undefined for what is none. */
export function parseBool(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  return undefined;
}

const systemTexts: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or directory"],
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EISDIR", "is a directory"],
  ["ENOTDIR", "not a directory"],
  ["EEXIST", "file exists"],
  ["ENOSPC", "no space left on device"],
  ["EROFS", "read-only file system"],
  ["ELOOP", "too many levels of symbolic links"],
  ["ENAMETOOLONG", "file name too long"],
  ["ENXIO", "no such device or address"],
]);

/** `open PATH: no such file or directory`; undefined for what the system has not said. */
export function systemError(action: string, path: string, error: unknown): string | undefined {
  const errno = errnoOf(error);
  return errno === undefined ? undefined : `${action} ${path}: ${systemTexts.get(errno) ?? errno}`;
}
