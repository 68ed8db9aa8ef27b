import type {
  Container,
  ContainerChange,
  ContainerStore,
  ContainerWatch,
  WatchEvent,
} from "../../src/index.ts";
import { encodeContainerText } from "../../src/index.ts";

/** Follows a watch to its end, and keeps the list that its changes make of the one it began with. */
export class Follower implements AsyncDisposable {
  readonly events: WatchEvent[] = [];
  readonly containers: Map<string, Container>;
  readonly #watch: ContainerWatch;
  readonly #ended: Promise<void>;
  #error: { readonly error: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(watch: ContainerWatch, start: readonly Container[] = []) {
    this.#watch = watch;
    this.containers = new Map(start.map((container) => [container.id, container]));
    this.#ended = this.#follow();
  }

  /** What was told, shortly: `created a`, `changed a names metadata`, `removed a`, `unavailable CODE`, `available`. */
  get told(): string[] {
    return this.events.map(shortly);
  }

  /** Resolves when it holds; rejects when the watch ends before. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#error !== undefined) throw this.#error.error;
      if (this.#isOver) throw new Error(`the watch ended too early, after: ${this.told.join("; ")}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when the last that was told is this. */
  async untilTold(last: string): Promise<void> {
    await this.until(() => this.told.at(-1) === last);
  }

  /** Resolves when all is told that happened before; a container `last` comes and goes for it. */
  async catchUp(store: ContainerStore): Promise<void> {
    await store.create({ id: "last" });
    await this.until(() => this.containers.has("last"));
    // The rest of what was told together with it comes before anything new.
    await store.delete("last");
    await this.until(() => !this.containers.has("last"));
  }

  /** Resolves when the watch ended; rejects with what it threw. */
  async end(): Promise<void> {
    await this.#ended;
    if (this.#error !== undefined) throw this.#error.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch.return();
    await this.#ended;
    if (this.#error !== undefined) throw this.#error.error;
  }

  async #follow(): Promise<void> {
    try {
      for await (const event of this.#watch) {
        this.events.push(event);
        if (event.type !== "available" && event.type !== "unavailable") apply(this.containers, event);
        this.#wake();
      }
    } catch (error) {
      this.#error = { error };
    }
    this.#isOver = true;
    this.#wake();
  }
}

/** Makes the change in the list; throws when it does not fit to what is there. */
export function apply(containers: Map<string, Container>, change: ContainerChange): void {
  const there = containers.get(change.id);
  const before = change.type === "created" ? undefined : change.before;
  if (there !== before && (!there || !before || textOf(there) !== textOf(before))) {
    throw new Error(`${shortly(change)} does not fit to ${there === undefined ? "nothing" : textOf(there)}`);
  }
  if (change.type === "removed") containers.delete(change.id);
  else containers.set(change.id, change.after);
}

/** All of a record, as one text. */
export const textOf = (container: Container): string =>
  `${container.volatile ? "volatile" : "stable"} ${encodeContainerText(container)}`;

/** The records of a list, sorted: in which order they stand is not told. */
export const textsOf = (containers: Iterable<Container>): string[] => Array.from(containers, textOf).sort();

function shortly(event: WatchEvent): string {
  if (event.type === "available") return event.type;
  if (event.type === "unavailable") return `${event.type} ${event.error.code}`;
  return [event.type, event.id, ...(event.type === "changed" ? event.fields : [])].join(" ");
}
