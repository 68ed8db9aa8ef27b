/*
 * What the server and the page say to each other. Both sides import it; it has types only, and the limits that both
 * must know.
 */

/** Bytes of an item that one request may ask for. */
export const LARGEST_PREVIEW = 1024 * 1024;
/** Characters that the search box takes, and so of one filter. */
export const LONGEST_SEARCH = 4096;
/** The header that every request carries which starts work or changes something; a foreign page cannot send it. */
export const WORK_HEADER = "x-stowage-ui";

/** A container as the list shows it. Long texts are cut. */
export interface Row {
  readonly id: string;
  readonly names: readonly string[];
  readonly image: string;
  readonly layer: string;
  /** As in the record. */
  readonly created: string;
  readonly volatile: boolean;
  /** How many items of big data, and their recorded bytes together. */
  readonly items: number;
  readonly bytes: number;
}

/** What became of one field of a record; the texts are cut. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export type RowChange =
  | { readonly type: "created"; readonly row: Row }
  | { readonly type: "changed"; readonly row: Row; readonly fields: readonly FieldChange[] }
  /** `isGone`: removed from the store; otherwise it only fits the filter no more. */
  | { readonly type: "removed"; readonly id: string; readonly isGone: boolean };

export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Whether the store can be read, and how many containers it has, also those that do not fit the filter. */
export interface StoreState {
  /** "opening": somebody has the lock, and nothing was read yet. */
  readonly is: "opening" | "readable" | "unavailable";
  readonly problem: Problem | undefined;
  readonly total: number;
}

/** The messages of `/api/events`, by their names. */
export interface FeedEvents {
  /** A new list begins: what was shown before is of no worth. */
  readonly begin: { readonly server: string };
  readonly rows: { readonly changes: readonly RowChange[] };
  /** The list is whole; what comes from here on are changes. Sent again after each burst of changes. */
  readonly whole: Record<never, never>;
  readonly state: StoreState;
  /** The filter is wrong: nothing more comes. */
  readonly refused: Problem;
  readonly ping: Record<never, never>;
}

export interface ItemDetails {
  readonly key: string;
  /** As recorded, exact. */
  readonly size: string | undefined;
  readonly digest: string | undefined;
}

/** A whole record. */
export interface Details {
  readonly id: string;
  readonly names: readonly string[];
  readonly image: string;
  readonly imageNames: readonly string[];
  readonly layer: string;
  readonly created: string;
  readonly volatile: boolean;
  readonly metadata: string;
  /** Cut at this many characters, or undefined when it is whole. */
  readonly metadataCut: number | undefined;
  readonly items: readonly ItemDetails[];
  readonly missing: readonly string[];
  /** The record as it is in the file, cut when it is long. */
  readonly record: string;
  /** Names this state of the record, for changes that must not meet another one. */
  readonly version: string;
}

/** What lies around the store: a containers/storage tree, or nothing. */
export interface Surroundings {
  readonly images: Readonly<Record<string, readonly string[]>> | undefined;
  readonly layersKnown: boolean;
  /** What of a container is gone, by its id. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** Why images or layers are not known. */
  readonly problems: readonly Problem[];
}

export interface StatusReport {
  readonly dir: string;
  readonly runDir: string | undefined;
  readonly transient: boolean;
  readonly lockProtocol: string;
  readonly canWrite: boolean;
  readonly version: string;
  readonly statistics: Readonly<Record<string, number>>;
  /** Undefined when it cannot be asked at the moment. */
  readonly lock:
    | {
        readonly state: "free" | "read" | "write";
        readonly holders: readonly {
          readonly pid: number;
          readonly mode: string;
          readonly program: string;
        }[];
        readonly readers: number;
        readonly writers: number;
        readonly longest: number;
      }
    | undefined;
}

export interface FindingView {
  readonly code: string;
  readonly severity: "damage" | "error" | "warning";
  readonly message: string;
  readonly action: string;
  readonly repair: "safe" | "named" | "gc" | "none";
  /** What `repair` would do by itself, or has done. */
  readonly outcome: "repaired" | "planned" | "left" | "failed";
  readonly detail: string;
  readonly path: string | undefined;
}

export interface GarbageView {
  readonly path: string;
  readonly bytes: number;
  readonly kind: string;
}

/** The lines of an answer that takes a while: progress, then one of the others as the last. */
export type JobMessage =
  | { readonly type: "progress"; readonly done: number; readonly total: number; readonly what: string }
  | { readonly type: "verified"; readonly digest: string | undefined; readonly bytes: number }
  | {
      readonly type: "findings";
      readonly findings: readonly FindingView[];
      readonly backups: readonly string[];
      readonly more: number;
    }
  | {
      readonly type: "garbage";
      readonly items: readonly GarbageView[];
      readonly kept: number;
      readonly bytes: number;
      readonly dryRun: boolean;
      readonly more: number;
    }
  | { readonly type: "failed"; readonly problem: Problem };

/** What `/api/change` is asked for. `seen` is the `version` of the record that the page showed. */
export type ChangeRequest =
  | { readonly op: "names"; readonly id: string; readonly seen: string; readonly names: readonly string[] }
  | { readonly op: "metadata"; readonly id: string; readonly seen: string; readonly metadata: string }
  | { readonly op: "delete"; readonly id: string; readonly seen: string };

/** The record's `version` after the change; none for one that was deleted. */
export interface ChangeReply {
  readonly version: string | undefined;
}
