/** What is asked of a write. The object is read at the call and never changed. */
export interface WriteOptions {
  /** The file's exact mode, whatever the umask; default 0o600. */
  readonly mode?: number | undefined;
  /**
   * Whether the new content must survive a loss of power once the promise resolves: the file is synced before the
   * rename, the folder after it. Default true. Without it a crash of the machine may leave the old file, the new one,
   * or on some file systems an empty one.
   */
  readonly sync?: boolean | undefined;
  /**
   * Where the temporary file is made; default the folder of the target. It must be on the same file system (`EXDEV`
   * otherwise) and only trusted users may write to it.
   */
  readonly stagingFolder?: string | undefined;
  /**
   * Called once, when all bytes are written (and synced) and only the rename is left. When it throws or rejects, that
   * error comes out, the old file stays and the temporary one is removed.
   */
  readonly beforeCommit?: (() => void | Promise<void>) | undefined;
  /** Whether the SHA-256 digest is computed on the way; default true for a writer, false for a whole buffer. */
  readonly digest?: boolean | undefined;
  /**
   * Ends the write at the next step before the rename; its `reason` comes out. A limit in time is
   * `AbortSignal.timeout(ms)`. After the rename it has no effect.
   */
  readonly signal?: AbortSignal | undefined;
}

/** How `rewriteFileAtomic` writes: as in {@link WriteOptions}. */
export type RewriteOptions = Omit<WriteOptions, "mode" | "stagingFolder">;

/** What came to be. */
export interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** `sha256:` and 64 hexadecimal digits, when it was asked for. */
  readonly digest: string | undefined;
}

/** A whole content: text (written as UTF-8), bytes, or bytes in several pieces, which are not copied. */
export type FileData = string | Uint8Array | readonly Uint8Array[];

/** Options with every default filled in. */
export interface CheckedOptions {
  readonly mode: number;
  readonly sync: boolean;
  readonly stagingFolder: string | undefined;
  readonly beforeCommit: (() => void | Promise<void>) | undefined;
  readonly digest: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Fills in the defaults. Throws a TypeError for a value that no default can stand in for. */
export function checkOptions(options: WriteOptions, digestByDefault: boolean): CheckedOptions {
  if (typeof options !== "object" || options === null) throw new TypeError("options must be an object");
  const {
    mode = 0o600,
    sync = true,
    stagingFolder,
    beforeCommit,
    digest = digestByDefault,
    signal,
  } = options;
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    throw new TypeError(`mode must be a whole number from 0 to 0o7777, not ${String(mode)}`);
  }
  if (typeof sync !== "boolean") throw new TypeError("sync must be true or false");
  if (typeof digest !== "boolean") throw new TypeError("digest must be true or false");
  if (beforeCommit !== undefined && typeof beforeCommit !== "function") {
    throw new TypeError("beforeCommit must be a function");
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError("signal must be an AbortSignal");
  return { mode, sync, stagingFolder, beforeCommit, digest, signal };
}
