import { setTimeout as sleep } from "node:timers/promises";
import { StowageError } from "../errors.ts";
import type { ContainerWatch, WatchEvent, WatchOptions } from "../options.ts";
import { Bell } from "../persistence/bell.ts";
import type { Door } from "../persistence/door.ts";
import { asStowageError } from "../persistence/failures.ts";
import type { Listening } from "../persistence/store-events.ts";
import { StorePresence } from "../persistence/store-presence.ts";
import { type Look, Told } from "./told.ts";
import { checkedPolling, listOf } from "./watch-options.ts";
import { monotonicMilliseconds } from "../persistence/clock.ts";

/** Milliseconds after which a store that could not be read is looked at again, should nothing tell that it can be. */
const RETRY = 1000;
/** Least milliseconds from one look to the next: what changes faster than that is told together. */
const PACE = 10;

/** Why a watch stops when its user or the closing of the store ends it; any other reason is the signal's. */
const ENDED = Symbol("ended");

/** Changes of the store as they happen: see `ContainerStore.watch`. */
export function watchContainers(door: Door, options: WatchOptions): ContainerWatch {
  const { signal } = options;
  const polling = checkedPolling(options.polling);
  const since = options.since === undefined ? undefined : listOf(options.since);
  const stop = new AbortController();
  const forget = door.onClose(() => stop.abort(ENDED));
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  stop.signal.addEventListener("abort", () => {
    signal?.removeEventListener("abort", onAbort);
    forget();
  });
  if (signal?.aborted === true) onAbort();
  const presence = new StorePresence(door.paths, door.lock.readOnly);
  const look = (): Promise<Look> => lookOnce(door, presence, stop.signal);
  // The state at the call, not at the first `next`.
  const start = since === undefined ? look() : { list: since };
  return new Watch(
    stop,
    watchEvents(start, look, (bell) => door.events.listen(bell, polling), stop),
  );
}

/** Ends also while a `next` waits, which a generator alone cannot. */
class Watch implements ContainerWatch {
  readonly #stop: AbortController;
  readonly #events: AsyncGenerator<WatchEvent, undefined>;

  constructor(stop: AbortController, events: AsyncGenerator<WatchEvent, undefined>) {
    this.#stop = stop;
    this.#events = events;
  }

  async next(): Promise<IteratorResult<WatchEvent, undefined>> {
    return await this.#events.next();
  }

  async return(): Promise<IteratorResult<WatchEvent, undefined>> {
    this.#stop.abort(ENDED);
    return await this.#events.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

async function lookOnce(door: Door, presence: StorePresence, signal: AbortSignal): Promise<Look> {
  try {
    presence.assert();
    // However long others have the lock: a watch has nothing better to do.
    const wait = { signal, timeout: Number.POSITIVE_INFINITY };
    return { list: await door.read(wait, (catalog) => catalog.list()) };
  } catch (error) {
    return { error: asStowageError(error) };
  }
}

async function* watchEvents(
  start: Look | Promise<Look>,
  look: () => Promise<Look>,
  listen: (bell: Bell) => Listening,
  stop: AbortController,
): AsyncGenerator<WatchEvent, undefined> {
  const { signal } = stop;
  try {
    const first = await start;
    const told = new Told("list" in first ? first.list : undefined);
    if (isOver(signal)) return;
    const bell = new Bell();
    const listening = listen(bell);
    signal.addEventListener("abort", () => listening.close());
    for (;;) {
      // In this order: whatever changes after the look began is heard.
      bell.quiet();
      listening.renew();
      const found = await look();
      const lookedAt = monotonicMilliseconds();
      if (isOver(signal)) return;
      for (const event of told.after(found)) {
        yield event;
        if (isOver(signal)) return;
      }
      listening.hold(true);
      await bell.heard(signal, told.isUnavailable ? RETRY : undefined);
      listening.hold(false);
      const rest = PACE - (monotonicMilliseconds() - lookedAt);
      if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => undefined);
      if (isOver(signal)) return;
    }
  } catch (error) {
    if (error instanceof StowageError && error.code === "ERR_STORE_CLOSED") return;
    throw error;
  } finally {
    stop.abort(ENDED);
  }
}

/** @throws the reason of the user's signal, when that is what ended it */
function isOver({ aborted, reason }: AbortSignal): boolean {
  if (aborted && reason !== ENDED) throw reason;
  return aborted;
}
