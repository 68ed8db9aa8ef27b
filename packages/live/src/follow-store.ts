import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import {
  type ContainerChange,
  type Container,
  type ContainerStore,
  type ContainerWatch,
  StowageError,
  type WatchEvent,
} from "@stowage/store";

export interface FollowOptions {
  /** Ends it: the iteration ends, it does not throw. */
  readonly signal?: AbortSignal;
  /** Least milliseconds between two updates; what changes faster comes in one. The first waits for nothing. Default 50. */
  readonly pace?: number;
}

/** What a view shows from now on. It does not change any more. */
export interface LiveUpdate {
  /**
   * All containers by id, in the order in which they came up, first the one that did so first. While the store cannot be
   * read, those that it had last.
   */
  readonly containers: ReadonlyMap<string, Container>;
  /** What changed since the update before; none in the first that has containers, as that is where one begins. */
  readonly changes: readonly ContainerChange[];
  /** Why the store cannot be read at the moment; undefined when it can. */
  readonly unavailable: StowageError | undefined;
}

/**
 * A store as it is, again and again: first as it is found, then after each change, whoever makes it, at most one update
 * for each `pace`. However slowly one iterates, an update has the newest state, and nothing piles up. A store that goes
 * away, or is damaged, is told of and waited for. Ends when the store is closed, or `signal` is aborted.
 */
export async function* followStore(
  store: ContainerStore,
  { signal, pace = 50 }: FollowOptions = {},
): AsyncGenerator<LiveUpdate, undefined> {
  const ended = (): boolean => signal?.aborted === true;
  let update: LiveUpdate = await firstLook(store, signal);
  if (ended()) return undefined;
  let hasBegun = update.unavailable === undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  await using watch = store.watch({ since: [...update.containers.values()] });
  const end = (): void => void watch.return?.();
  signal?.addEventListener("abort", end, { once: true });
  try {
    let next = asked(watch);
    for (;;) {
      yield update;
      if (ended()) return undefined;
      const first = await next;
      if (first.done === true) return undefined;
      // After a quiet time there is nothing to wait for: only what comes soon after another is summed up.
      const rest = toldAt + pace - performance.now();
      if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => undefined);
      if (ended()) return undefined;
      const events = [first.value];
      next = asked(watch);
      // All of one difference are told without waiting in between.
      for (let more = await atOnce(next); more?.done === false; more = await atOnce(next)) {
        events.push(more.value);
        next = asked(watch);
      }
      update = updated(update, events);
      if (!hasBegun) update = { ...update, changes: [] };
      hasBegun ||= update.unavailable === undefined;
      toldAt = performance.now();
    }
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

type Next = IteratorResult<WatchEvent, undefined>;

function asked(watch: ContainerWatch): Promise<Next> {
  const next = watch.next();
  // It may fail while the view draws: that comes out when it is waited for.
  next.catch(() => undefined);
  return next;
}

async function atOnce(next: Promise<Next>): Promise<Next | undefined> {
  return await Promise.race([next, turn(undefined)]);
}

/** What is shown after some events; for the same changes the same update. */
function updated({ containers, unavailable }: LiveUpdate, events: readonly WatchEvent[]): LiveUpdate {
  const known = new Map(containers);
  const changes: ContainerChange[] = [];
  let trouble = unavailable;
  for (const event of events) {
    trouble = event.type === "unavailable" ? event.error : undefined;
    if (event.type === "unavailable" || event.type === "available") continue;
    if (event.type === "removed") known.delete(event.id);
    else known.set(event.id, event.after);
    changes.push(event);
  }
  return { containers: known, changes, unavailable: trouble };
}

/** However long others have the lock: a view waits for as long as somebody looks at it. */
async function firstLook(store: ContainerStore, signal: AbortSignal | undefined): Promise<LiveUpdate> {
  try {
    const list = await store.list({ signal, timeout: Number.POSITIVE_INFINITY });
    return {
      containers: new Map(list.map((container) => [container.id, container])),
      changes: [],
      unavailable: undefined,
    };
  } catch (error) {
    if (signal?.aborted === true) return { containers: new Map(), changes: [], unavailable: undefined };
    if (!(error instanceof StowageError) || error.code === "ERR_STORE_CLOSED") throw error;
    return { containers: new Map(), changes: [], unavailable: error };
  }
}
