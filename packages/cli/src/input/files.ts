import { constants, openSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import path from "node:path";
import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";

import type { CommandContext } from "../context.ts";
import { fileError } from "../errors.ts";

/** `-` stands for standard input. */
export const standardInput = "-";

/**
 * The bytes of a file, or of standard input for `-`, chunk by chunk. The file is
 * opened before this resolves, so that a wrong name is told before the store is
 * touched; it is closed when the iteration ends, however it ends.
 *
 * Rejects, and the iteration throws, with ERR_FILE.
 */
export async function openInput(context: CommandContext, file: string): Promise<AsyncIterable<Uint8Array>> {
  const { signal, surroundings } = context;
  if (file === standardInput) {
    return chunksOf(addAbortSignal(signal, surroundings.stdin()), "standard input");
  }
  const place = path.resolve(surroundings.cwd, file);
  try {
    if (process.platform === "linux" && (await stat(place)).isFIFO()) {
      return chunksOf(addAbortSignal(signal, await openPipe(place)), file);
    }
    const handle = await open(place);
    return chunksOf(handle.createReadStream({ highWaterMark: 256 * 1024, signal }), file);
  } catch (error) {
    throw fileError("read", file, error);
  }
}

/**
 * A named pipe, such as a shell's `<(…)`. Read as a file it would keep the process from ending, Ctrl-C or
 * not, for as long as nobody writes. Only Linux tells a pipe to which nobody has come yet from one that
 * has ended; elsewhere it is read as a file.
 */
async function openPipe(place: string): Promise<Readable> {
  const { Socket } = await import("node:net");
  const fd = openSync(place, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/** An input that tells how much of it was read. */
export interface MeasuredInput {
  /** In bytes; undefined for what is no regular file. */
  readonly size: number | undefined;
  read(tell: (done: number) => void): AsyncIterable<Uint8Array>;
}

/** As `openInput`. */
export async function measuredInput(context: CommandContext, file: string): Promise<MeasuredInput> {
  const input = await openInput(context, file);
  const found =
    file === standardInput
      ? undefined
      : await stat(path.resolve(context.surroundings.cwd, file)).catch(() => undefined);
  return {
    size: found?.isFile() === true ? found.size : undefined,
    read: async function* (tell) {
      let done = 0;
      for await (const chunk of input) {
        yield chunk;
        tell((done += chunk.byteLength));
      }
    },
  };
}

/** All of it at once. */
export async function readInput(context: CommandContext, file: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await openInput(context, file)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function chunksOf(stream: Readable, name: string): AsyncIterable<Uint8Array> {
  // It may fail, or be ended by a signal, before anybody reads it; whoever then reads it is told.
  stream.on("error", () => undefined);
  return readChunks(stream, name);
}

async function* readChunks(stream: Readable, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw fileError("read", name, error);
  }
}
