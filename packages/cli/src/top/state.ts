import type { Container, LockStatus, SortKey, StoreStatistics } from "@stowage/store";
import type { Tree } from "../images.ts";
import { type Flashes, NO_FLASHES } from "./flashes.ts";
import type { PreviewMode } from "./preview-lines.ts";
import { BEGINNING, type Place } from "./scroll.ts";
import { type Tally, tallyOf } from "./tally.ts";

/** Cells of the terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** An error as it is shown: what failed, and what helps. */
export interface Trouble {
  readonly message: string;
  readonly hint: string | undefined;
}

export interface Search {
  readonly text: string;
  /** Whether keys go into it. */
  readonly isTyped: boolean;
  /** The test for `text`, or for what stood there before while that is no query (yet): see `problem`. */
  readonly matches: (container: Container) => boolean;
  readonly problem: string | undefined;
}

export interface Details {
  /** As it is; as it was last, when it is gone. */
  readonly container: Container;
  readonly isGone: boolean;
  readonly place: Place;
}

/** The first part of an item of big data. */
export interface Content {
  readonly bytes: Uint8Array;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

export interface Preview {
  readonly key: string;
  /** Undefined while it is read. */
  readonly content: Content | Trouble | undefined;
  /** Undefined: as its content suggests. */
  readonly mode: PreviewMode | undefined;
  readonly place: Place;
}

/** Everything that the screen shows. It does not change; what happens makes another one. */
export interface TopState {
  readonly dir: string;
  readonly size: Size;
  /** Milliseconds of a clock that only goes forward, and of the one on the wall. */
  readonly now: number;
  readonly wallClock: number;

  /** Undefined until the store was read for the first time. */
  readonly containers: ReadonlyMap<string, Container> | undefined;
  readonly trouble: Trouble | undefined;
  readonly tally: Tally;
  readonly flashes: Flashes;
  /** How many changes came when, in the last second. */
  readonly recent: readonly { readonly at: number; readonly count: number }[];
  readonly tree: Tree | undefined;
  readonly lock: LockStatus | undefined;
  readonly statistics: StoreStatistics | undefined;
  /** Something worth knowing that is no error, such as a lock that others keep. */
  readonly remark: { readonly text: string; readonly since: number } | undefined;

  readonly search: Search;
  readonly sort: { readonly key: SortKey; readonly reverse: boolean };
  /** What the list shows, all of it. */
  readonly rows: readonly Container[];
  /** The id of the container one is at; undefined: the first, whichever that is. */
  readonly selected: string | undefined;
  readonly place: Place;

  readonly details: Details | undefined;
  /** Only with details. */
  readonly preview: Preview | undefined;
  /** Where one is in the help; undefined when it is not shown. */
  readonly help: Place | undefined;
  /** Why the view is to end. */
  readonly end: "quit" | "interrupt" | undefined;
}

export const everything = (): boolean => true;

export function initialState(dir: string, size: Size, now: number, wallClock: number): TopState {
  return {
    dir,
    size,
    now,
    wallClock,
    containers: undefined,
    trouble: undefined,
    tally: tallyOf([]),
    flashes: NO_FLASHES,
    recent: [],
    tree: undefined,
    lock: undefined,
    statistics: undefined,
    remark: undefined,
    search: { text: "", isTyped: false, matches: everything, problem: undefined },
    // What was made last is seen first.
    sort: { key: "created", reverse: true },
    rows: [],
    selected: undefined,
    place: BEGINNING,
    details: undefined,
    preview: undefined,
    help: undefined,
    end: undefined,
  };
}
