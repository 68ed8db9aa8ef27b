import type { FieldChange, Row, RowChange } from "../../protocol.ts";

/** How long a change is marked in the list, in milliseconds. */
export const MARK_TIME = 1600;
/** Changes that are kept of one container, containers of which some are kept, and changes of all. */
const MOST_OF_ONE = 20;
const MOST_CONTAINERS = 500;
const MOST_OF_ALL = 200;
/** Removed rows that stay to be seen for a moment. */
const MOST_LEAVING = 100;

export type MarkType = "created" | "changed" | "removed";

/** That a row has just changed; the turn tells one change from the next. */
export interface Mark {
  readonly type: MarkType;
  readonly at: number;
  readonly turn: number;
}

/** Something that happened while the page was open. */
export interface HistoryEntry {
  /** Milliseconds since 1970, by this browser's clock. */
  readonly at: number;
  /** "away": it was found changed after a time without connection. */
  readonly type: MarkType | "away";
  readonly id: string;
  readonly name: string;
  readonly fields: readonly FieldChange[];
}

/**
 * What the page knows of the containers: rows, marks of what just changed, and the changes since it was opened. Messages
 * are taken as they come, and become visible by `settle`.
 */
export class LiveTable {
  /** Those that fit the filter, by id, in the order in which they came. */
  rows = new Map<string, Row>();
  readonly marks = new Map<string, Mark>();
  readonly leaving = new Map<string, Row>();
  /** Newest last. */
  readonly log: HistoryEntry[] = [];
  readonly #history = new Map<string, HistoryEntry[]>();
  /** A list that is still coming in. */
  #incoming: Map<string, Row> | undefined;
  /** Whether the list that comes in stands for the same filter as the one before. */
  #isSame = false;
  #turn = 0;

  /** A new list begins. `isSame`: of the same containers, after the connection was lost. */
  begin(isSame: boolean): void {
    this.#incoming = new Map();
    this.#isSame = isSame;
  }

  take(changes: readonly RowChange[], now: number): void {
    for (const change of changes) {
      if (this.#incoming !== undefined) {
        if (change.type === "removed") this.#incoming.delete(change.id);
        else this.#incoming.set(change.row.id, change.row);
      } else this.#apply(change, now);
    }
  }

  /** What was taken since is whole. */
  settle(now: number): void {
    if (this.#incoming === undefined) return;
    const before = this.rows;
    this.rows = this.#incoming;
    this.#incoming = undefined;
    if (this.#isSame) this.#compare(before, now);
    else {
      this.marks.clear();
      this.leaving.clear();
    }
  }

  /** Forgets marks that were seen long enough. Gives whether there are others left. */
  fade(now: number): boolean {
    for (const [id, { at }] of this.marks) {
      if (now - at < MARK_TIME) continue;
      this.marks.delete(id);
      this.leaving.delete(id);
    }
    return this.marks.size > 0;
  }

  /** What happened to a container, the oldest first. */
  historyOf(id: string): readonly HistoryEntry[] {
    return this.#history.get(id) ?? [];
  }

  #apply(change: RowChange, now: number): void {
    if (change.type === "removed") {
      const row = this.rows.get(change.id);
      this.rows.delete(change.id);
      if (row === undefined || !change.isGone) return;
      if (this.leaving.size < MOST_LEAVING) this.leaving.set(row.id, row);
      this.#mark(row, "removed", [], now);
      return;
    }
    this.rows.set(change.row.id, change.row);
    this.leaving.delete(change.row.id);
    this.#mark(change.row, change.type, change.type === "changed" ? change.fields : [], now);
  }

  /** What the times without connection have brought. */
  #compare(before: ReadonlyMap<string, Row>, now: number): void {
    for (const row of this.rows.values()) {
      const was = before.get(row.id);
      if (was === undefined) this.#mark(row, "created", [], now);
      else if (JSON.stringify(was) !== JSON.stringify(row)) this.#mark(row, "changed", [], now, "away");
    }
    for (const row of before.values()) if (!this.rows.has(row.id)) this.#mark(row, "removed", [], now);
  }

  #mark(
    row: Row,
    type: MarkType,
    fields: readonly FieldChange[],
    at: number,
    told: HistoryEntry["type"] = type,
  ): void {
    this.#turn += 1;
    this.marks.set(row.id, { type, at, turn: this.#turn });
    const entry: HistoryEntry = { at, type: told, id: row.id, name: row.names[0] ?? "", fields };
    this.log.push(entry);
    if (this.log.length > MOST_OF_ALL) this.log.shift();
    const entries = this.#history.get(row.id) ?? [];
    // The last one to change is the last one to be forgotten.
    this.#history.delete(row.id);
    this.#history.set(row.id, [...entries.slice(1 - MOST_OF_ONE), entry]);
    if (this.#history.size > MOST_CONTAINERS) {
      const [oldest] = this.#history.keys();
      if (oldest !== undefined) this.#history.delete(oldest);
    }
  }
}
