import { type LastWrite, openLockFile } from "@stowage/lockfile";
import { read, type Stats } from "node:fs";
import { promisify } from "node:util";
import { CodecError } from "../codec/codec-error.ts";
import { StowageError } from "../errors.ts";
import type { WaitOptions } from "../options.ts";
import { lookAt, openCarefully, type OpenFile } from "./look.ts";

/** More than any tree has; a file that claims more is not read into memory. */
const LARGEST = 2 ** 28;

/** Where one of the other stores of a tree keeps its records. */
export interface TreePlace {
  readonly folder: string;
  readonly lockFile: string;
  /** All of them together are the list; each in the folder that is given with it. */
  readonly files: readonly { readonly folder: string; readonly path: string }[];
}

/** The files as they stood under the lock. */
interface Reading {
  readonly token: LastWrite;
  /** Changes with each of the files: what older programs write is seen even where their token came late. */
  readonly stamp: string;
  /** Undefined when they are what was read before. */
  readonly contents: readonly (Buffer | undefined)[] | undefined;
}

/**
 * The records of one of the other stores in a tree, read only when they changed.
 * Nothing is made or written there.
 */
export class TreeList<T> {
  readonly #place: TreePlace;
  readonly #decode: (bytes: Uint8Array) => readonly T[];
  #known: { readonly token: LastWrite; readonly stamp: string; readonly list: readonly T[] } | undefined;

  constructor(place: TreePlace, decode: (bytes: Uint8Array) => readonly T[]) {
    this.#place = place;
    this.#decode = decode;
  }

  /**
   * The list; the very same one for as long as the files are.
   *
   * @param mayBeNone whether no file may mean an empty list although the lock was
   * written: podman does that to a new tree
   * @throws StowageError ERR_IMAGES_UNAVAILABLE without the folder, ERR_STORE_DAMAGED for
   * a file that cannot be understood, ERR_IO for one that is no file
   * @throws whatever the lock says
   */
  async read(wait: WaitOptions, mayBeNone: boolean): Promise<readonly T[]> {
    const { folder, files } = this.#place;
    assertFolder(folder);
    const { token, stamp, contents } = await this.#readLocked(wait, mayBeNone);
    if (contents === undefined && this.#known !== undefined) return this.#known.list;
    const list = (contents ?? []).flatMap((bytes, index) =>
      bytes === undefined ? [] : this.#decodeFile(files[index]?.path ?? folder, bytes),
    );
    this.#known = { token, stamp, list };
    return list;
  }

  async #readLocked(wait: WaitOptions, mayBeNone: boolean): Promise<Reading> {
    // The programs of a tree know kernel locks only.
    const lock = await openLockFile(this.#place.lockFile, { protocol: "kernel", readOnly: true });
    try {
      const held = await lock.lockForReading(wait);
      try {
        return await this.#readFiles(held.lastWrite(), mayBeNone);
      } finally {
        await held.release();
      }
    } finally {
      await lock.close();
    }
  }

  async #readFiles(token: LastWrite, mayBeNone: boolean): Promise<Reading> {
    const { files } = this.#place;
    const opened: (OpenFile | undefined)[] = [];
    try {
      for (const { folder, path } of files) opened.push(openFile(folder, path));
      if (!mayBeNone && token.bytes.length > 0 && opened.every((file) => file === undefined)) {
        throw damaged(files[0]?.path ?? "", "it is missing, although the store was written to");
      }
      const stamp = opened.map((file) => (file === undefined ? "none" : stampOf(file.stats))).join(" ");
      if (this.#known?.stamp === stamp && this.#known.token.equals(token)) {
        return { token, stamp, contents: undefined };
      }
      const contents: (Buffer | undefined)[] = [];
      for (const file of opened) contents.push(file && (await readAll(file.fd, file.stats.size)));
      return { token, stamp, contents };
    } finally {
      for (const file of opened) file?.close();
    }
  }

  #decodeFile(path: string, bytes: Buffer): readonly T[] {
    if (bytes.length === 0) throw damaged(path, "it is empty", { offset: 0 });
    try {
      return this.#decode(bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const { offset, recordNumber: record } = error;
      throw damaged(path, error.message, { offset, record, cause: error });
    }
  }
}

const stampOf = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string =>
  [dev, ino, size, mtimeMs, ctimeMs].join("/");

function assertFolder(folder: string): void {
  const stats = lookAt(folder);
  if (stats?.isDirectory() === true) return;
  const what = stats === undefined ? "there is no such folder" : "a link or a file lies there";
  throw new StowageError("ERR_IMAGES_UNAVAILABLE", `${folder} cannot tell of images: ${what}`, {
    path: folder,
  });
}

/** The file, open; undefined when there is none. */
function openFile(folder: string, path: string): OpenFile | undefined {
  const opened = openCarefully([folder], path);
  if ("file" in opened) {
    if (opened.file.stats.size <= LARGEST) return opened.file;
    opened.file.close();
    throw damaged(path, `it is larger than ${LARGEST} bytes`);
  }
  if (opened.problem === "missing") return undefined;
  if (opened.problem === "unreadable") throw opened.error;
  const what = opened.problem === "link" ? "a link" : "no regular file";
  throw new StowageError("ERR_IO", `${path} is ${what}; nothing was followed or read`, {
    path,
    errno: "EINVAL",
  });
}

/** No more than the size that was looked at, whatever is appended meanwhile. */
async function readAll(fd: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await promisify(read)(fd, bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

function damaged(
  path: string,
  reason: string,
  place: { offset?: number; record?: number | undefined; cause?: unknown } = {},
): StowageError {
  const message = `${path} cannot be understood: ${reason}. The containers are not affected; the program that manages images mends it`;
  return new StowageError("ERR_STORE_DAMAGED", message, { path, ...place });
}
