import { open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";

import type { CommandContext } from "./context.ts";
import { errnoOf, fileError } from "./errors.ts";
import { isStowageError } from "./report-error.ts";

/** Where a command writes what may be of any size. */
export interface OutputFile {
  /** Ended by whoever writes to it, or destroyed when that fails. */
  readonly stream: Writable;
  /** Called when all is written, and only then. */
  commit(): Promise<void>;
}

/** Something that takes the bytes, one piece after the other. */
interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Opens the file that the user named, for as long as `use` runs. A regular file is
 * replaced whole or not at all (mode 0600: it may hold secrets); a link stays a link
 * and its target is replaced; a device or pipe is written to. Rejects with ERR_FILE
 * where it cannot be written, and as `use` does.
 */
export async function withOutputFile<T>(
  { signal, surroundings }: CommandContext,
  file: string,
  use: (output: OutputFile) => Promise<T>,
): Promise<T> {
  const failed = (error: unknown): unknown =>
    signal.aborted ? signal.reason : fileError("write", file, rootOf(error));
  let sink: Sink;
  try {
    sink = await openSink(path.resolve(surroundings.cwd, file), signal);
  } catch (error) {
    throw failed(error);
  }
  /** What the disk said, whatever is made of it on its way through the stream. */
  let failure: unknown;
  try {
    const stream = streamInto((chunk) =>
      sink.write(chunk).catch((error: unknown) => {
        failure = failed(error);
        throw failure;
      }),
    );
    const commit = async (): Promise<void> => {
      try {
        await sink.commit();
      } catch (error) {
        failure = failed(error);
        throw failure;
      }
    };
    return await use({ stream, commit });
  } catch (error) {
    throw failure ?? error;
  } finally {
    await sink.discard();
  }
}

/** Standard output as a stream that may be ended: the process goes on to use it. */
export function streamToOutput({ stdout }: CommandContext): Writable {
  return streamInto((chunk) => stdout.write(chunk));
}

function streamInto(write: (chunk: Uint8Array) => Promise<void>): Writable {
  const stream = new Writable({
    write: (chunk: Uint8Array, _encoding, callback) => {
      write(chunk).then(() => callback(), callback);
    },
  });
  // Whoever writes to it is told by the call; without this the event would end the process.
  stream.on("error", () => undefined);
  return stream;
}

async function openSink(file: string, signal: AbortSignal): Promise<Sink> {
  const target = await resolveLinks(file);
  if (await isReplaceable(target)) {
    const { openAtomicWriter } = await import("@stowage/atomic-file");
    const writer = await openAtomicWriter({ path: target, mode: 0o600, signal });
    return {
      write: (chunk) => writer.write(chunk),
      commit: async () => void (await writer.commit()),
      discard: async () => await writer[Symbol.asyncDispose](),
    };
  }
  const handle = await open(target, "w");
  return {
    write: (chunk) => handle.writeFile(chunk),
    commit: () => Promise.resolve(),
    discard: () => handle.close(),
  };
}

/** The error of the system behind one of the store's or of the writer of files. */
function rootOf(error: unknown): unknown {
  const isWrapped = error instanceof Error && (errnoOf(error) === undefined || isStowageError(error));
  return isWrapped && error.cause !== undefined ? error.cause : error;
}

async function resolveLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return file;
    throw error;
  }
}

async function isReplaceable(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return true;
    throw error;
  }
}
