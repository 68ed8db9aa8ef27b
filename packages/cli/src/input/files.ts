import { open } from "node:fs/promises";
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
  try {
    const handle = await open(path.resolve(surroundings.cwd, file));
    return chunksOf(handle.createReadStream({ highWaterMark: 256 * 1024, signal }), file);
  } catch (error) {
    throw fileError("read", file, error);
  }
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
