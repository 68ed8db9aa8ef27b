import { CodecError } from "../codec/codec-error.ts";
import { StowageError } from "../errors.ts";
import { compact } from "../records/compact.ts";
import { KnownFile } from "../records/known-file.ts";
import { carryOut, type FilePlan, planFile } from "../records/piece-list.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { loadInSteps, reload, type Reloaded } from "../records/reload.ts";
import { hasUnreadBytes, isWithoutList } from "./raw-store.ts";
import { asStowageError } from "./failures.ts";
import { type OpenFile, openCarefully } from "./look.ts";
import { withRests } from "./pace.ts";
import { readerOf } from "./read-at.ts";
import { type Chunks, LARGE, makeChunks, readChanged } from "./read-changed.ts";

/** More than any store has; a file that claims more is not read into memory. */
const LARGEST = 2 ** 31 - 1;

/**
 * One of the two files of records, as it was last read or written: the records
 * in its order, with their bytes. Reading it again decodes only what differs.
 */
export class FileImage {
  readonly path: string;
  readonly isVolatile: boolean;
  #entries: readonly RecordEntry[] = [];
  #size = 0;
  #isWithoutByte = false;
  #hasNoList = true;
  #hasUnread = false;
  /** Read into again and again: fresh memory costs far more than the reading. */
  #scratch: Buffer | undefined;
  #chunks: Chunks | undefined;

  constructor(path: string, isVolatile: boolean) {
    this.path = path;
    this.isVolatile = isVolatile;
  }

  get entries(): readonly RecordEntry[] {
    return this.#entries;
  }

  /** Bytes of the file, as last read or written. */
  get size(): number {
    return this.#size;
  }

  /**
   * Whether the file is there, and has not a byte. A token beside such a stable
   * file makes it damage, so that whoever writes one writes the file, too.
   */
  get isWithoutByte(): boolean {
    return this.#isWithoutByte;
  }

  /** As `isWithoutList` of its bytes. */
  get hasNoList(): boolean {
    return this.#hasNoList;
  }

  /** Whether there are bytes behind a NUL that ends the list: nobody reads them, and a save leaves them out. */
  get hasUnread(): boolean {
    return this.#hasUnread;
  }

  /**
   * Reads the file; a missing one has no records. Resolves to how many records
   * were decoded.
   *
   * @param hasWrites whether the token says that somebody wrote to the store;
   * a stable file without a byte is damage then, not an empty store
   * @throws StowageError ERR_STORE_DAMAGED; the image stays as it was
   */
  async read(hasWrites: boolean): Promise<number> {
    const first = this.#entries.length === 0;
    const found = await this.#readIn(first).catch((error: unknown) => {
      throw asStowageError(error, this.path);
    });
    if (found !== undefined && !Buffer.isBuffer(found)) return this.#take(found);
    const bytes = found;
    if (bytes?.length === 0 && hasWrites && !this.isVolatile) {
      throw this.#damaged(
        "it is empty, although the store was written to (a full disk or a loss of power does that)",
        0,
      );
    }
    try {
      const { entries, decoded } =
        bytes === undefined
          ? { entries: [], decoded: 0 }
          : first
            ? await withRests(loadInSteps(bytes, this.isVolatile))
            : reload(this.#entries, bytes, this.isVolatile);
      this.#entries = entries;
      this.#size = bytes?.length ?? 0;
      const last = entries.at(-1);
      this.#hasUnread = bytes !== undefined && hasUnreadBytes(bytes, last?.source === bytes ? last.end : 0);
      this.#isWithoutByte = bytes?.length === 0;
      this.#hasNoList = isWithoutList(bytes);
      return decoded;
    } catch (error) {
      if (error instanceof CodecError) throw this.#damaged(error.reason, error.offset, error);
      throw error;
    }
  }

  /** A large file that is much as before. */
  #take({ entries, decoded, size }: Reloaded & { readonly size: number }): number {
    this.#entries = entries;
    this.#size = size;
    this.#hasUnread = false;
    this.#isWithoutByte = false;
    this.#hasNoList = false;
    return decoded;
  }

  /** What the file would be with these records, all of which live in it. */
  plan(entries: readonly RecordEntry[]): FilePlan {
    return planFile(entries);
  }

  /** The plan was written: that is what the file is now. */
  adopt(plan: FilePlan): void {
    carryOut(plan);
    compact(plan.entries);
    this.#entries = plan.entries;
    this.#size = plan.size;
    this.#isWithoutByte = false;
    this.#hasNoList = false;
    this.#hasUnread = false;
  }

  /**
   * The bytes of the file, or, where it is large and much as before, its records.
   *
   * @param keep whether the bytes are to be kept, in memory of their own
   */
  async #readIn(keep: boolean): Promise<Buffer | (Reloaded & { readonly size: number }) | undefined> {
    const file = this.#open();
    if (file === undefined) return undefined;
    try {
      const { size } = file.stats;
      if (size > LARGEST) throw this.#damaged(`${size} bytes are more than a file of records can have`, 0);
      const readAt = readerOf(file);
      const known = keep || size < LARGE ? undefined : KnownFile.of(this.#entries);
      if (known !== undefined) {
        const changed = await readChanged(readAt, size, known, (this.#chunks ??= makeChunks()));
        const reloaded = changed === undefined ? undefined : known.reload(changed, this.isVolatile);
        if (reloaded !== undefined) return { ...reloaded, size };
      }
      // One byte more than there should be shows whether the file grew meanwhile.
      let buffer = this.#bufferOf(size + 1, keep);
      let filled = 0;
      for (;;) {
        const bytesRead = await readAt(buffer, filled, buffer.length - filled, filled);
        filled += bytesRead;
        if (bytesRead === 0) break;
        if (filled === buffer.length) {
          const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
          buffer.copy(larger);
          buffer = larger;
          if (!keep) this.#scratch = larger;
        }
      }
      return buffer.subarray(0, filled);
    } finally {
      file.close();
    }
  }

  /** Not through a link: a save would replace the link, and leave what it points to as it was. */
  #open(): OpenFile | undefined {
    const opened = openCarefully([], this.path);
    if ("file" in opened) return opened.file;
    switch (opened.problem) {
      case "missing":
        return undefined;
      case "link":
        throw this.#damaged("it is a symbolic link", 0);
      case "unreadable":
        throw opened.error;
      default:
        throw this.#damaged("it is no regular file", 0);
    }
  }

  #bufferOf(size: number, keep: boolean): Buffer {
    if (keep) return Buffer.allocUnsafeSlow(size);
    if (this.#scratch === undefined || this.#scratch.length < size) {
      this.#scratch = Buffer.allocUnsafeSlow(size + (size >> 2) + 4096);
    }
    return this.#scratch;
  }

  #damaged(reason: string, offset: number, cause?: CodecError): StowageError {
    const record = cause?.recordNumber;
    const where = `${record === undefined ? "" : `record ${record}, `}byte ${offset}`;
    return new StowageError(
      "ERR_STORE_DAMAGED",
      `${this.path} cannot be read: ${reason} (${where}). Nothing was changed; \`stowage check\` explains it`,
      { path: this.path, offset, record, cause },
    );
  }
}
