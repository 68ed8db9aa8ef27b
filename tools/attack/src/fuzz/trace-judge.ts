import path from "node:path";
import { END_MARK, INPUT_MARK } from "./marks.ts";

/** Calls that tell about a path and change nothing; the folders above the store are looked at by them. */
const LOOKS = /^(stat|lstat|statx|newfstatat|fstatat64|access|faccessat2?|readlink|statfs)\(/;
/** Making the store's folder tries those above it, which are there. */
const MAKES_NOTHING = /^mkdir(at)?\(.* = -1 EEXIST/;
const OPENS_TO_READ = /^(openat\(.*O_RDONLY|<\.\.\. openat resumed>)/;
/** So that a folder which was made survives a loss of power. */
const OPENS_FOLDER = /^openat\(.*O_RDONLY.*O_DIRECTORY/;

/** What the process reads for itself: about locks and their holders, memory, and its own modules. */
const SYSTEM = /^\/proc\/(locks|self|sys\/vm|\d+)(\/|$)|^\/sys\/|^\/etc\/|^\/dev\/(null|urandom)$/;
const MODULES = /\/node_modules\//;

/**
 * Reads a trace of `strace -f -y -e trace=%file` between the marks of the
 * inputs: every path that is handed to the system, and every file that was
 * opened, lies in one of the folders.
 *
 * @param folders of the store, absolute
 * @returns how many calls were looked at, and what was wrong in which input
 */
export function judgeTrace(
  log: string,
  folders: readonly string[],
): {
  readonly calls: number;
  readonly violations: readonly { readonly number: number; readonly text: string }[];
} {
  const violations: { number: number; text: string }[] = [];
  let number: number | undefined;
  let calls = 0;
  for (const line of log.split("\n")) {
    const call = line.replace(/^\d+ +/, "");
    const mark = /"(\/stowage-fuzz-[a-z]+-)(\d+)"/.exec(call);
    if (mark !== null) {
      if (mark[1] === INPUT_MARK) number = Number(mark[2]);
      if (mark[1] === END_MARK) number = undefined;
      continue;
    }
    // Another process: the last one was killed before it could say that its input is over.
    if (call.startsWith("execve(")) number = undefined;
    if (number === undefined || call === "") continue;
    calls += 1;
    const wrong = pathsOf(call).find((place) => !isAllowed(call, place, folders));
    if (wrong !== undefined)
      violations.push({ number, text: `a call outside of the store's folder: ${call}` });
  }
  return { calls, violations };
}

/** The paths that a call was given, and that of the file which it opened. */
function pathsOf(call: string): string[] {
  // What a link holds is no path that is used, and what a descriptor stands for was opened before.
  const given = [...call.matchAll(/[(,] ?"((?:[^"\\]|\\.)+)"/g)].map(([, text = ""]) => text);
  const opened = / = \d+<(.*)>$/.exec(call)?.[1];
  const used = /^readlink/.test(call) ? given.slice(0, 1) : /^symlink/.test(call) ? given.slice(1) : given;
  return [...used, ...(opened === undefined ? [] : [opened])];
}

function isAllowed(call: string, place: string, folders: readonly string[]): boolean {
  const plain = path.posix.normalize(place);
  if (folders.some((folder) => plain === folder || plain.startsWith(`${folder}/`))) return true;
  if (LOOKS.test(call) || MAKES_NOTHING.test(call) || OPENS_FOLDER.test(call))
    return folders.some((folder) => folder.startsWith(plain)) || SYSTEM.test(plain) || MODULES.test(plain);
  return OPENS_TO_READ.test(call) && (SYSTEM.test(plain) || MODULES.test(plain));
}
