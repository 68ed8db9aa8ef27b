import type { FeedEvents, Problem } from "../../protocol.ts";
import { ApiError, getJson, urlOf } from "../api.ts";

/** Milliseconds without a sign of life after which a connection counts as dead; the server gives one every 10 s. */
const SILENCE = 25_000;
/** Milliseconds until the next attempt. */
const RETRY = 1500;
/** How often it is looked whether there was one, in milliseconds; after a sleep of the machine the first look finds none. */
const LOOK = 3000;

/** "refused": by a server that does not know this browser. */
export type ConnectionState = "connecting" | "live" | "gone" | "refused";

export interface ConnectionEvents {
  readonly on: { readonly [Name in keyof FeedEvents]: (data: FeedEvents[Name]) => void };
  readonly onState: (state: ConnectionState) => void;
}

/** A connection to the feed that comes back: after the server was gone, and after this machine slept. */
export class Connection {
  readonly #events: ConnectionEvents;
  #source: EventSource | undefined;
  #filters: readonly string[] = [];
  /** The last that the server took: with a wrong one what was seen before stays live. */
  #taken: readonly string[] = [];
  #heard = 0;
  #isRefused = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(events: ConnectionEvents) {
    this.#events = events;
    setInterval(() => this.#look(), LOOK);
    addEventListener("online", () => this.connect(this.#filters));
    document.addEventListener("visibilitychange", () => this.#look());
    // Whoever opened the new address in another tab or window, and comes back to this one, is known to the server by now.
    const isBack = (): void => {
      if (this.#isRefused && !document.hidden) void this.#again();
    };
    document.addEventListener("visibilitychange", isBack);
    addEventListener("focus", isBack);
  }

  /** Those that the present feed is asked for. */
  get filters(): readonly string[] {
    return this.#filters;
  }

  /** Asks for the containers that fit; an earlier feed ends. */
  connect(filters: readonly string[]): void {
    this.#filters = filters;
    this.#isRefused = false;
    this.#close();
    const source = new EventSource(`/api/events${filters.length === 0 ? "" : `?${filterQuery(filters)}`}`);
    this.#source = source;
    this.#heard = Date.now();
    const hear = <Name extends keyof FeedEvents>(name: Name): void => {
      source.addEventListener(name, (event) => {
        if (source !== this.#source) return;
        this.#heard = Date.now();
        const data = JSON.parse((event as MessageEvent<string>).data) as FeedEvents[Name];
        if (name === "refused" && !isAboutFilter(data as Problem)) return this.#fail();
        if (name === "begin") this.#taken = this.#filters;
        this.#events.on[name](data);
        if (name !== "refused") return;
        if (this.#taken === this.#filters) this.#close();
        else this.connect(this.#taken);
      });
    };
    for (const name of ["begin", "rows", "whole", "state", "refused", "ping"] as const) hear(name);
    source.addEventListener("open", () => this.#events.onState("live"));
    source.addEventListener("error", () => {
      if (source === this.#source) this.#fail();
    });
  }

  #look(): void {
    if (this.#source !== undefined && Date.now() - this.#heard > SILENCE) this.#fail();
  }

  /** The browser's own way to come back gives up at the first refusal, and says nothing of why. */
  #fail(): void {
    this.#close();
    this.#events.onState("gone");
    this.#retry = setTimeout(() => void this.#again(), RETRY);
  }

  async #again(): Promise<void> {
    try {
      await getJson("/api/status");
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.#isRefused = true;
        this.#events.onState("refused");
        return;
      }
    }
    if (this.#source === undefined) this.connect(this.#filters);
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }
}

function filterQuery(filters: readonly string[]): string {
  return filters.map((filter) => urlOf("", { filter }).slice(1)).join("&");
}

function isAboutFilter({ code }: Problem): boolean {
  return code === "ERR_UNKNOWN_FILTER" || code === "ERR_INVALID_FILTER" || code === "ERR_CONTAINER_UNKNOWN";
}
