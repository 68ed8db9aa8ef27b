import { goErrorName } from "@stowage/store";

import { errnoOf } from "../errors.ts";
import { encodeJsonAsGo } from "../render/json.ts";
import type { Encodable } from "../render/json.ts";
import { describeError, isStowageError } from "../report-error.ts";

/** `{"ok":true,"value":…}`, one line, ended. */
export function valueReply(value: Encodable): string {
  return `{"ok":true,"value":${encodeJsonAsGo(value)}}\n`;
}

/**
 * `{"ok":false,"error":CODE,"message":…}`, with `"errno"` where the system refused;
 * the message says what helps, too. Errors that have a name in Go stand for themselves
 * and carry neither, as there.
 */
export function errorReply(error: unknown): string {
  const { code, message, hint } = describeError(error);
  if (goErrorName(code) !== "other") return `${encodeJsonAsGo({ ok: false, error: code, message })}\n`;
  const advised = hint === undefined ? message : `${message}; ${hint}`;
  return `${encodeJsonAsGo({ ok: false, error: code, message: advised, errno: systemReason(error) })}\n`;
}

/** The system's name for what went wrong, wherever in the chain of causes it is. */
function systemReason(error: unknown): string | undefined {
  for (
    let link: unknown = error, depth = 0;
    link instanceof Error && depth < 10;
    link = link.cause, depth += 1
  ) {
    const errno = isStowageError(link) ? link.details.errno : errnoOf(link);
    if (errno !== undefined) return errno;
  }
  return undefined;
}
