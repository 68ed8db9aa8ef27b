import { isStowageError } from "../report-error.ts";
import { linesOf } from "./lines.ts";
import { perform } from "./operations.ts";
import type { OperationContext } from "./operations.ts";
import { errorReply, valueReply } from "./reply.ts";
import { badRequest, parseRequest } from "./request.ts";

/**
 * Answers each request of `input` with one line, in order; empty lines are passed
 * over. The next request is taken only when the reply was, so that a slow reader
 * is never flooded. Rejects only when `signal` ends it or a stream fails: what a
 * request did wrong is in its reply.
 */
export async function serveRequests(
  input: AsyncIterable<Uint8Array>,
  write: (reply: string) => Promise<void>,
  context: OperationContext,
): Promise<void> {
  for await (const line of linesOf(input)) {
    context.signal.throwIfAborted();
    if (isBlank(line)) continue;
    await write(await replyTo(line, context));
  }
}

async function replyTo(line: Buffer, context: OperationContext): Promise<string> {
  try {
    return valueReply(await perform(context, parseRequest(decode(line))));
  } catch (error) {
    // Ended from outside: there is no reply to a request that was not finished.
    context.signal.throwIfAborted();
    const isReadOnly = isStowageError(error) && error.code === "ERR_STORE_READ_ONLY";
    return errorReply(isReadOnly ? (context.refusal ?? error) : error);
  }
}

/** Invalid UTF-8 becomes U+FFFD, as in Go. */
function decode(line: Buffer): string {
  try {
    return line.toString("utf8");
  } catch (cause) {
    throw badRequest("the line is longer than a string can be", cause);
  }
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
