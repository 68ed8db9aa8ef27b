import type { Writable } from "node:stream";

import { errnoOf, fileError, Interruption } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { styleFor, wantsColour } from "./render/colour.ts";
import type { Style } from "./render/colour.ts";

/** One of the program's two outputs. */
export interface Output {
  /** Cells of one line of the terminal; undefined when this is none. */
  readonly columns: number | undefined;
  readonly isTerminal: boolean;
  readonly style: Style;
  /**
   * Resolves when the reader took it, so that a slow reader slows us down
   * instead of filling memory. Rejects with an Interruption when the reader has
   * gone (`stowage ls | head -1`), else with ERR_FILE: what was printed is not whole. A write under way
   * when the program is to end early rejects at once: its reader may never come.
   */
  write(data: string | Uint8Array): Promise<void>;
}

export function outputTo(
  stream: Writable & { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Output {
  const isTerminal = stream.isTTY === true;
  /** The first one: a stream that failed says of later writes only that it did. */
  let failure: Error | undefined;
  return {
    isTerminal,
    // A terminal that does not know its width says 0.
    columns: isTerminal ? stream.columns || 80 : undefined,
    style: styleFor(wantsColour(env, isTerminal)),
    write: (data) =>
      new Promise((resolve, reject) => {
        if (data.length === 0) {
          resolve();
          return;
        }
        const giveUp = (): void => reject(signal?.reason as Error);
        signal?.addEventListener("abort", giveUp, { once: true });
        stream.write(data, (error) => {
          signal?.removeEventListener("abort", giveUp);
          if (error) reject((failure ??= outputFailure(error, stream)));
          else resolve();
        });
      }),
  };
}

/**
 * Standard error: where it fails there is nobody left to tell, and the exit code
 * must stay that of the failure it was to report. Never rejects.
 */
export function errorOutputTo(
  stream: Parameters<typeof outputTo>[0],
  env: Parameters<typeof outputTo>[1],
): Output {
  const output = outputTo(stream, env);
  return { ...output, write: (data) => output.write(data).catch(() => undefined) };
}

/**
 * Whoever read our output wants no more, or their terminal is gone: a quiet end, and no failure. Anything else,
 * such as a full disk, is one.
 */
export function outputFailure(error: Error, { isTTY }: { readonly isTTY?: boolean }): Error {
  const errno = errnoOf(error);
  return errno === "EPIPE" || (errno === "EIO" && isTTY === true)
    ? new Interruption("the reader of the output has gone", ExitCode.done)
    : fileError("write", "standard output", error);
}
