import { StowageError } from "../errors.ts";

/*
 * The one place that knows the tar library. It only encodes and decodes: it has
 * no file system, so that no archive can lead it anywhere.
 */

/** A file of an archive. */
export interface TarFile {
  readonly path: string;
  /** Bytes; there must be just so many. */
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** How much is handed over at once, in bytes: what a slow reader keeps in memory. */
const PIECE = 256 * 1024;

interface Emitter {
  on(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
}

/** Resolves when more can be written, or nothing more at all. */
function drained(stream: Emitter): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}

/** The bytes of an archive of these files, which are asked for one after the other. */
export async function* writeTar(files: AsyncIterable<TarFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const { pack } = await import("tar-stream");
  const archive = pack();
  let isOver = false;
  const feed = async (): Promise<void> => {
    for await (const { path, size, chunks } of files) {
      let ended: (error?: Error | null) => void;
      const end = new Promise<void>((resolve, reject) => {
        ended = (error) => (error ? reject(error) : resolve());
      });
      // Awaited below; when something else fails first, that is what is told.
      end.catch(() => undefined);
      const header = { name: path, size, mode: 0o600, mtime: new Date(0), type: "file" } as const;
      const entry = archive.entry(header, (error) => ended(error));
      // The callback has it, too.
      entry.on("error", () => undefined);
      for await (const chunk of chunks) {
        if (!entry.write(chunk)) await drained(entry);
        if (isOver) return;
      }
      entry.end(null);
      await end;
      if (isOver) return;
    }
    archive.finalize();
  };
  const feeding = feed().then(
    () => undefined,
    (error: unknown) => {
      archive.destroy(error as Error);
      return { error };
    },
  );
  try {
    yield* archive as AsyncIterable<Uint8Array>;
  } catch (error) {
    const failed = await feeding;
    throw failed === undefined ? error : failed.error;
  } finally {
    isOver = true;
    archive.destroy(null);
    await feeding;
  }
}

/**
 * The files of an archive, in order; the chunks of each must be read before the
 * next is asked for. Errors of the source come through as they are.
 *
 * @throws StowageError ERR_ARCHIVE_DAMAGED for what is no archive, or none of files only
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile, void, undefined> {
  const { extract } = await import("tar-stream");
  const archive = extract();
  const feed = async (): Promise<void> => {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        if (archive.destroyed) return;
        if (!archive.write(chunk.subarray(at, at + PIECE))) await drained(archive);
      }
    }
    archive.end(null);
  };
  let failure: { readonly error: unknown } | undefined;
  // Not awaited: a source that gives nothing more need not be waited for, once it is known that nothing more is wanted.
  feed().catch((error: unknown) => {
    failure = { error };
    archive.destroy(error as Error);
  });
  const explained = (error: unknown): unknown => {
    if (failure !== undefined) return failure.error;
    if (error instanceof StowageError) return error;
    return damaged(error instanceof Error ? error.message : String(error), undefined, error);
  };
  async function* explaining(entry: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* entry;
    } catch (error) {
      throw explained(error);
    }
  }
  try {
    for await (const entry of archive) {
      const { name, type, size = 0 } = entry.header;
      if (type !== "file") throw damaged(`it has ${String(type)} ${JSON.stringify(name)}`, name);
      yield { path: name, size, chunks: explaining(entry as AsyncIterable<Uint8Array>) };
    }
  } catch (error) {
    throw explained(error);
  } finally {
    archive.destroy(null);
  }
}

/** The error for an archive that cannot be what an export wrote. */
export function damaged(what: string, path?: string, cause?: unknown): StowageError {
  return new StowageError(
    "ERR_ARCHIVE_DAMAGED",
    `this is no whole archive of an export: ${what}; get it again. Containers that were imported stay, each is whole`,
    { path, cause },
  );
}
