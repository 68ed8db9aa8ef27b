import type { Bell } from "./bell.ts";
import type { StorePaths } from "./paths.ts";
import { Poller } from "./poller.ts";
import { type EventSource, SystemSource } from "./system-source.ts";
import type { Warn } from "./warn.ts";

/** What one watch has of the events: it is told by its bell. */
export interface Listening {
  /** While it is held the process stays alive; polling goes on only then. */
  hold(isHeld: boolean): void;
  /** Watches what was not there when it was last tried. */
  renew(): void;
  close(): void;
}

/** One way of hearing of changes; all who listen in that way share it. */
interface Shared {
  readonly source: EventSource;
  readonly bells: Set<Bell>;
  holders: number;
}

/** Tells whoever listens that the files of a store may have changed, whoever did it. Nobody listens: nothing is open. */
export class StoreEvents {
  readonly #paths: StorePaths;
  readonly #warn: Warn;
  readonly #shared = new Map<number | "auto", Shared>();

  constructor(paths: StorePaths, warn: Warn) {
    this.#paths = paths;
    this.#warn = warn;
  }

  /**
   * Rings the bell when something may have changed from now on.
   *
   * @param polling "auto": the system tells, or where it cannot we look now and
   * then; a number of milliseconds: we look every so often
   */
  listen(bell: Bell, polling: number | "auto"): Listening {
    const shared = this.#shared.get(polling) ?? this.#open(polling);
    shared.bells.add(bell);
    let isHeld = false;
    const hold = (wanted: boolean): void => {
      if (wanted === isHeld) return;
      isHeld = wanted;
      shared.holders += wanted ? 1 : -1;
      if (shared.holders === (wanted ? 1 : 0)) shared.source.hold(wanted);
    };
    return {
      hold: (wanted) => {
        if (shared.bells.has(bell)) hold(wanted);
      },
      renew: () => shared.source.renew(),
      close: () => {
        hold(false);
        if (!shared.bells.delete(bell) || shared.bells.size > 0) return;
        shared.source.close();
        this.#shared.delete(polling);
      },
    };
  }

  #open(polling: number | "auto"): Shared {
    const bells = new Set<Bell>();
    const ring = (): void => {
      for (const bell of bells) bell.ring();
    };
    const source =
      polling === "auto"
        ? new SystemSource(this.#paths, ring, this.#warn)
        : pollingSource(new Poller(this.#paths, polling, ring));
    const shared = { source, bells, holders: 0 };
    this.#shared.set(polling, shared);
    source.renew();
    return shared;
  }
}

function pollingSource(poller: Poller): EventSource {
  return {
    hold: (isHeld) => poller.hold(isHeld),
    renew: () => undefined,
    close: () => poller.hold(false),
  };
}
