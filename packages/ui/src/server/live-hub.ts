import { followStore, type LiveUpdate } from "@stowage/live";
import type { ContainerStore } from "@stowage/store";

export type Listener = (update: LiveUpdate) => void;

/** One following of the store for everybody who looks at it: each listener is told every update, in order. */
export class LiveHub {
  readonly #listeners = new Set<Listener>();
  #latest: LiveUpdate | undefined;

  /** The last update; undefined until the store could be looked at for the first time. */
  get latest(): LiveUpdate | undefined {
    return this.#latest;
  }

  /** The first call is at once, when there is an update already. Gives the end of it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#latest !== undefined) listener(this.#latest);
    return () => void this.#listeners.delete(listener);
  }

  /** Until the signal, or the end of the store. Rejects when the store cannot be followed at all. */
  async run(store: ContainerStore, signal: AbortSignal, pace: number): Promise<void> {
    for await (const update of followStore(store, { signal, pace })) {
      this.#latest = update;
      for (const listener of this.#listeners) listener(update);
    }
  }
}
