import { closeSync, openSync, readSync } from "node:fs";
import { systemCode } from "../errors.ts";

/** What a system says of itself or of a disk, not of the file that was to be loaded; and how the C libraries put it. */
const REASONS: readonly (readonly [code: string, text: RegExp, advice: string])[] = [
  ["ENFILE", /too many open files in system/i, "the system has too many open files; try again"],
  ["EMFILE", /too many open files|no file descriptors available/i, "raise the limit (ulimit -n)"],
  ["EIO", /input\/output error|i\/o error/i, "look at the disk, and try again"],
  ["ENOMEM", /cannot allocate memory|out of memory/i, "free some memory, and try again"],
  ["EAGAIN", /resource temporarily unavailable/i, "try again"],
];

/**
 * Why a binary was not loaded, when that says nothing about the binary; an error with the
 * system's code. The loader gives a text alone, so that the file is also opened and read here.
 *
 * @param file the binary, where it is known
 */
export function momentaryReason(failure: unknown, file?: string): Error | undefined {
  for (const error of [failure, file === undefined ? undefined : failureToRead(file)]) {
    for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
      const { message } = at;
      const code = systemCode(at);
      const reason = REASONS.find(([each, text]) => each === code || text.test(message));
      if (reason === undefined) continue;
      const [found, , advice] = reason;
      const what = message.includes(found) ? message : `${message} (${found})`;
      return Object.assign(new Error(`${what}; ${advice}`, { cause: failure }), { code: found });
    }
  }
  return undefined;
}

function failureToRead(file: string): unknown {
  try {
    const fd = openSync(file, "r");
    try {
      readSync(fd, Buffer.alloc(1));
    } finally {
      closeSync(fd);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}
