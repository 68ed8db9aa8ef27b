import type { ByteSource } from "@stowage/atomic-file";
import type { Writable } from "node:stream";
import type { WritableStream } from "node:stream/web";
import type { Container } from "./model/container.ts";
import type { WaitOptions } from "./options.ts";
import type { Filter } from "./query/filter.ts";

/** Where an export goes: it is ended, or destroyed when the export fails. */
export type ExportTarget = Writable | WritableStream<Uint8Array>;

/** Bytes of an archive, as they come: a Node stream, a web stream, or an iterable. It is closed in every way out. */
export type ImportSource = ByteSource;

/** How far an export or import is. */
export interface TransferProgress {
  /** Containers whose data went through. */
  readonly containers: number;
  /** Of big data, so far; for an import also of what is left alone. */
  readonly bytes: number;
  /** Containers in all. */
  readonly totalContainers: number;
  /** Of big data, in all. */
  readonly totalBytes: number;
}

/** A function, or a filter as `list` takes it. */
export type ContainerFilter = ((container: Container) => boolean) | Filter | string | readonly string[];

export interface TransferOptions extends WaitOptions {
  /**
   * Which containers to take; default all. Of an import, `before` and `since` speak of containers in the archive.
   * What a function throws ends the call.
   */
  readonly filter?: ContainerFilter | undefined;
  /** Called with each piece of big data and after each container, in order; what it throws ends the call. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

export interface ExportOptions extends TransferOptions {
  /** "tar" (default): records and big data. "ndjson": records only, one in each line. */
  readonly format?: "tar" | "ndjson" | undefined;
}

/** Which item of which container. */
export interface ItemOfContainer {
  readonly id: string;
  readonly key: string;
}

export interface ExportResult {
  readonly containers: number;
  /** Of big data. */
  readonly bytes: number;
  /** Items that records name, and that are not in the archive, since the store has no file that could be put back. */
  readonly missing: readonly ItemOfContainer[];
}

/**
 * What happens to a container of the archive whose id or one of whose names is in
 * use. One that is there already, and the same, is always left alone.
 *
 * - "fail": ERR_DUPLICATE_ID or ERR_DUPLICATE_NAME, before anything is imported.
 * - "skip": it is not imported.
 * - "rename": it gets an id made of its old one and its contents, and for each
 *   name in use the next free one, as in "web-1".
 * - "replace": the container of that id becomes what the archive has; others that
 *   have one of its names lose it.
 */
export type ImportConflict = "fail" | "skip" | "rename" | "replace";

export interface ImportOptions extends TransferOptions {
  /** Default "fail". */
  readonly onConflict?: ImportConflict | undefined;
}

/** What became of one container of the archive. */
export interface ImportStep {
  /** In the archive. */
  readonly id: string;
  readonly outcome: "created" | "replaced" | "skipped" | "unchanged";
  /** As it is in the store now; undefined when it was skipped. */
  readonly container: Container | undefined;
}

export interface ImportResult {
  /** In the order of the archive, without those that the filter left out. */
  readonly steps: readonly ImportStep[];
  /** Of big data that was stored. */
  readonly bytes: number;
}
