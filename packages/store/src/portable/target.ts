import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import type { Writable } from "node:stream";
import type { WritableStream } from "node:stream/web";
import { StowageError } from "../errors.ts";
import { kindOf } from "../model/text.ts";
import { asStowageError } from "../persistence/failures.ts";
import type { ExportTarget } from "../portable.ts";

/**
 * Makes sure that something can be written to a target. Node's pipeline takes a
 * text or a list for something to read from, and then waits for ever, as it does
 * for a stream that has ended; a web stream that is locked ends the process.
 *
 * @throws TypeError for what is no stream to write to; StowageError ERR_INVALID_ARGUMENT for one that takes no more
 */
export async function assertTakesMore(target: ExportTarget): Promise<void> {
  const given: unknown = target;
  if (isWebStream(given)) {
    if (given.locked) throw invalid("is locked: somebody else writes to it");
    if (await isClosed(given)) throw invalid("is closed");
  } else if (!isNodeStream(given)) {
    const hint = typeof given === "string" ? "; for a file give createWriteStream(path)" : "";
    throw new TypeError(`the target of an export must be a stream to write to, not ${kindOf(given)}${hint}`);
  } else {
    // Such a stream may fail at any time, also before anybody writes to it: unheard, that would end the process.
    if (!given.listeners("error").includes(heard)) given.on("error", heard);
    if (given.errored) throw asStowageError(given.errored);
    if (given.destroyed || given.writableEnded) throw invalid(given.destroyed ? "is destroyed" : "has ended");
  }
}

/** Writes all to the target and ends it; destroys it when that fails. */
export async function send(
  chunks: AsyncIterable<Uint8Array>,
  target: ExportTarget,
  signal: AbortSignal | undefined,
): Promise<void> {
  // It may have ended while the lock was waited for.
  await assertTakesMore(target);
  try {
    await pipeline(chunks, target as NodeJS.WritableStream, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw isClosedEarly(error) ? closedEarly(error) : asStowageError(error);
  }
}

const heard = (): void => undefined;

const isObject = (value: unknown): value is Partial<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isWebStream = (value: unknown): value is WritableStream<Uint8Array> =>
  isObject(value) && typeof value["getWriter"] === "function";

const isNodeStream = (value: unknown): value is Writable =>
  isObject(value) &&
  ["write", "end", "on", "listeners"].every((method) => typeof value[method] === "function");

/** Also when it has failed. Only whoever has its writer can ask. */
async function isClosed(stream: WritableStream<Uint8Array>): Promise<boolean> {
  const writer = stream.getWriter();
  const yes = (): boolean => true;
  try {
    return await Promise.race([writer.closed.then(yes, yes), setImmediate(false)]);
  } finally {
    writer.releaseLock();
  }
}

const EARLY: ReadonlySet<string> = new Set([
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_WRITE_AFTER_END",
  "ERR_STREAM_DESTROYED",
]);

const isClosedEarly = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && EARLY.has(String(error.code));

const closedEarly = (cause: Error): StowageError =>
  new StowageError(
    "ERR_IO",
    `the target was closed before the export had ended (${cause.message}); try again`,
    {
      cause,
    },
  );

const invalid = (what: string): StowageError =>
  new StowageError("ERR_INVALID_ARGUMENT", `the target of an export ${what}; give one that takes all of it`);
