import type { LiveUpdate } from "@stowage/live";
import type { Container } from "@stowage/store";
import type { FeedEvents, RowChange, StoreState } from "../protocol.ts";
import { problemOf } from "./problem.ts";
import { fieldChanges, rowOf } from "./rows.ts";

/** Rows in one message. */
const BATCH = 500;
/** Removed containers that a slow client may have to be told of, beyond as many as there are; then all begins anew. */
const MOST_FORGOTTEN = 10_000;

export type Matcher = (container: Container) => boolean;

export interface FeedOptions {
  /** Names this run of the server. */
  readonly server: string;
  /** Resolves when the client takes more. It gets nothing but the last state, however slow it is. */
  readonly send: <Name extends keyof FeedEvents>(name: Name, data: FeedEvents[Name]) => Promise<void>;
  /** Makes the filter; undefined for all containers. Rejects with an error of the store. */
  readonly matcher: () => Promise<Matcher | undefined>;
}

/**
 * What one client has been told, and what is still to be told. Between two messages changes are summed up, so that
 * nothing piles up: of each container only the newest state is told.
 */
export class Feed {
  readonly #options: FeedOptions;
  #latest: LiveUpdate | undefined;
  #matches: Matcher | undefined;
  /** Undefined until the list was begun. */
  #told: Map<string, Container> | undefined;
  readonly #pending = new Set<string>();
  #toldState = "";

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Takes an update; it is told by `run`. */
  take(update: LiveUpdate): void {
    this.#latest = update;
    if (this.#told === undefined) return;
    for (const { id } of update.changes) this.#pending.add(id);
    if (this.#pending.size > update.containers.size + MOST_FORGOTTEN) this.#told = undefined;
  }

  /** Tells what is new. Resolves when the client has all of it; not to be called while an earlier call runs. */
  async run(): Promise<void> {
    await this.#tellState();
    // A store that cannot be read yet has no list.
    let isNew = this.#told === undefined && this.#latest?.unavailable === undefined && (await this.#begin());
    while (this.#told !== undefined && this.#pending.size > 0) {
      const changes = this.#nextChanges(this.#told);
      if (changes.length > 0) await this.#options.send("rows", { changes });
      isNew ||= changes.length > 0;
    }
    if (isNew) await this.#options.send("whole", {});
    await this.#tellState();
  }

  /** Gives whether there is something to begin with. */
  async #begin(): Promise<boolean> {
    if (this.#latest === undefined) return false;
    this.#matches = await this.#options.matcher();
    this.#told = new Map();
    this.#pending.clear();
    for (const id of this.#latest.containers.keys()) this.#pending.add(id);
    await this.#options.send("begin", { server: this.#options.server });
    return true;
  }

  #nextChanges(told: Map<string, Container>): readonly RowChange[] {
    const changes: RowChange[] = [];
    for (const id of this.#pending) {
      if (changes.length === BATCH) break;
      this.#pending.delete(id);
      const change = this.#changeOf(id, told);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  #changeOf(id: string, told: Map<string, Container>): RowChange | undefined {
    const before = told.get(id);
    const now = this.#latest?.containers.get(id);
    if (now !== undefined && (this.#matches === undefined || this.#matches(now))) {
      told.set(id, now);
      if (before === undefined) return { type: "created", row: rowOf(now) };
      return before === now
        ? undefined
        : { type: "changed", row: rowOf(now), fields: fieldChanges(before, now) };
    }
    return told.delete(id) ? { type: "removed", id, isGone: now === undefined } : undefined;
  }

  async #tellState(): Promise<void> {
    const state = stateOf(this.#latest);
    const text = JSON.stringify(state);
    if (text === this.#toldState) return;
    this.#toldState = text;
    await this.#options.send("state", state);
  }
}

function stateOf(update: LiveUpdate | undefined): StoreState {
  if (update === undefined) return { is: "opening", problem: undefined, total: 0 };
  const { unavailable, containers } = update;
  if (unavailable === undefined) return { is: "readable", problem: undefined, total: containers.size };
  const { code, message } = problemOf(unavailable);
  return { is: "unavailable", problem: { code, message }, total: containers.size };
}
