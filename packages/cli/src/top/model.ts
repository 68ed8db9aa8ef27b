import { type Comparators, type Found, happened, type TopEvent } from "./events.ts";
import type { KeyPress } from "./key-press.ts";
import { pressed } from "./press.ts";
import { PREVIEW_LIMIT } from "./preview-lines.ts";
import { parseQuery, wordMatcher } from "./search.ts";
import type { TopSource } from "./source.ts";
import { initialState, type Size, type TopState } from "./state.ts";
import { repeatedly } from "./repeatedly.ts";

/** Least milliseconds between two screens: what changes faster is shown together. */
const PACE = 30;
/** Milliseconds between two looks at the clock, and at the lock: nobody tells of either. */
const CLOCK_PACE = 500;
const LOCK_PACE = 500;
/** Images and layers are read under their own locks, so not more often than that. */
const TREE_PACE = 2000;
/** What is "ago" in a filter is counted anew so often. */
const SEARCH_PACE = 30_000;

export interface ModelEvents {
  /** There is another state to be shown. */
  readonly onChange: () => void;
  readonly onEnd: (how: "quit" | "interrupt") => void;
  readonly onSuspend: () => void;
  readonly onRedraw: () => void;
  /** Something that must not happen. */
  readonly onFailure: (error: unknown) => void;
}

/** The state of the view, and all that makes another one of it: the store, keys, and time. */
export class Model {
  readonly #source: TopSource;
  readonly #events: ModelEvents;
  readonly #compare: Comparators;
  readonly #stop = new AbortController();
  #state: TopState;
  #showing: NodeJS.Timeout | undefined;
  #shownAt = -PACE;
  #isTreeStale = true;
  /** The item that is being read for the preview. */
  #reading: string | undefined;

  constructor(source: TopSource, size: Size, events: ModelEvents) {
    this.#source = source;
    this.#events = events;
    this.#state = initialState(source.dir, size, performance.now(), Date.now());
    const comparators = new Map<string, ReturnType<Comparators>>();
    this.#compare = (key) => {
      const compare = comparators.get(key) ?? source.compare(key);
      comparators.set(key, compare);
      return compare;
    };
  }

  get state(): TopState {
    return this.#state;
  }

  start(): void {
    const { signal } = this.#stop;
    this.#source.onRemark((text) => this.#happen({ type: "remark", text }));
    const tasks = [
      this.#follow(),
      repeatedly(() => this.#happen({ type: "time" }), CLOCK_PACE, signal),
      repeatedly(() => this.#lookAtLock(), LOCK_PACE, signal),
      repeatedly(() => this.#lookAround(), TREE_PACE, signal),
      repeatedly(() => this.#search(), SEARCH_PACE, signal),
    ];
    for (const task of tasks) task.catch(this.#events.onFailure);
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#showing);
  }

  resize(size: Size): void {
    this.#happen({ type: "size", size });
    // The terminal shows a torn screen until then.
    this.#show();
  }

  readonly press = (keys: readonly KeyPress[]): void => {
    for (const key of keys) {
      if (key.name === "suspend") this.#events.onSuspend();
      else if (key.name === "redraw") this.#events.onRedraw();
      else {
        const { record } = this.#source;
        this.#become(pressed(this.#state, key, { compare: this.#compare, record }));
      }
    }
  };

  #happen(event: TopEvent): void {
    if (this.#stop.signal.aborted) return;
    const moment = { now: performance.now(), wallClock: Date.now() };
    this.#become(happened(this.#state, event, moment, this.#compare));
  }

  #become(next: TopState): void {
    const before = this.#state;
    if (next === before) return;
    this.#state = next;
    if (next.end !== undefined) this.#events.onEnd(next.end);
    if (next.search.text !== before.search.text) void this.#search();
    this.#preview();
    this.#showing ??= setTimeout(() => this.#show(), Math.max(0, this.#shownAt + PACE - performance.now()));
  }

  #show(): void {
    clearTimeout(this.#showing);
    this.#showing = undefined;
    this.#shownAt = performance.now();
    if (!this.#stop.signal.aborted) this.#events.onChange();
  }

  async #follow(): Promise<void> {
    for await (const update of this.#source.follow(this.#stop.signal)) {
      const { unavailable } = update;
      const trouble = unavailable && this.#source.describe(unavailable);
      this.#isTreeStale ||= update.changes.length > 0;
      this.#happen({ type: "update", update, trouble });
    }
  }

  async #lookAtLock(): Promise<void> {
    // A store that is gone has none; why, the banner says.
    const lock = await this.#source.lockStatus().catch(() => undefined);
    this.#happen({ type: "lock", lock, statistics: this.#source.statistics() });
  }

  async #lookAround(): Promise<void> {
    if (!this.#isTreeStale || this.#state.trouble !== undefined) return;
    this.#isTreeStale = false;
    try {
      this.#happen({ type: "tree", tree: await this.#source.lookAround() });
    } catch {
      // The store went away: what is wrong is told by whoever follows it.
      this.#isTreeStale = true;
    }
  }

  /** Filters are read by the store; their answer is for the text that was asked. */
  async #search(): Promise<void> {
    const { text } = this.#state.search;
    const { words, filters } = parseQuery(text);
    if (filters.length === 0) return;
    this.#happen({ type: "search", text, found: await this.#found(words, filters) });
  }

  async #found(words: readonly string[], filters: readonly string[]): Promise<Found> {
    try {
      const fits = await this.#source.matcher(filters);
      const hasWords = wordMatcher(words, (image) => this.#state.tree?.images.namesOf(image) ?? []);
      return { matches: (container) => fits(container) && hasWords(container) };
    } catch (error) {
      return { problem: this.#source.describe(error).message };
    }
  }

  /** Reads the item that is to be previewed, unless it is there or under way. */
  #preview(): void {
    const { details, preview } = this.#state;
    if (details === undefined || preview === undefined || preview.content !== undefined) return;
    const { id, bigDataDigests } = details.container;
    const { key } = preview;
    const wanted = JSON.stringify([id, key, bigDataDigests.get(key)]);
    if (this.#reading === wanted) return;
    this.#reading = wanted;
    void this.#source
      .read(id, key, PREVIEW_LIMIT)
      .catch((error: unknown) => this.#source.describe(error))
      .then((content) => {
        // Something else may be looked at by now, or it was replaced meanwhile.
        if (this.#reading !== wanted) return;
        this.#reading = undefined;
        this.#happen({ type: "content", id, key, content });
      });
  }
}
