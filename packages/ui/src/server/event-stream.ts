import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { LiveUpdate } from "@stowage/live";
import type { FeedEvents } from "../protocol.ts";
import { Feed, type Matcher } from "./feed.ts";
import type { LiveHub } from "./live-hub.ts";
import { problemOf } from "./problem.ts";

/** Milliseconds between two signs of life, so that a client that slept knows a dead connection. */
const PING = 10_000;
/** Milliseconds for which a client may take nothing. */
const PATIENCE = 30_000;

export interface EventStreamOptions {
  readonly hub: LiveHub;
  readonly server: string;
  readonly matcher: () => Promise<Matcher | undefined>;
  readonly signal: AbortSignal;
}

/** Tells one client what changes, as server-sent events, until it goes, or the signal. Never rejects because of the client. */
export async function streamEvents(response: ServerResponse, options: EventStreamOptions): Promise<void> {
  const { hub, server, matcher, signal } = options;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const news = new News();
  const end = (): void => news.end();
  signal.addEventListener("abort", end, { once: true });
  response.once("close", end);
  let isPingDue = false;
  const ping = setInterval(() => {
    isPingDue = true;
    news.ring();
  }, PING).unref();
  const send = async <Name extends keyof FeedEvents>(name: Name, data: FeedEvents[Name]): Promise<void> => {
    if (!news.isOver) await write(response, `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const feed = new Feed({ server, matcher, send });
  const stop = hub.listen((update: LiveUpdate) => {
    feed.take(update);
    news.ring();
  });
  try {
    for (;;) {
      await feed.run();
      await news.next();
      if (news.isOver) break;
      if (isPingDue) await send("ping", {});
      isPingDue = false;
    }
  } catch (error) {
    const { code, message } = problemOf(error);
    if (code === "ERR_INTERNAL") throw error;
    // A client that comes with another filter, or again: what it was sent stays as it is.
    await send("refused", { code, message });
  } finally {
    stop();
    clearInterval(ping);
    signal.removeEventListener("abort", end);
    response.end();
  }
}

/** A bell: rung any number of times between two looks, it is heard once. */
class News {
  isOver = false;
  #isRung = false;
  #heard: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#heard?.();
  }

  end(): void {
    this.isOver = true;
    this.ring();
  }

  async next(): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    this.#isRung = false;
    this.#heard = undefined;
  }
}

/** Waits until the client takes more. One that takes nothing for long is dropped: it will come again. */
export async function write(response: ServerResponse, chunk: string | Uint8Array): Promise<void> {
  if (response.destroyed || response.write(chunk)) return;
  const gone = new AbortController();
  const timer = setTimeout(() => response.destroy(), PATIENCE).unref();
  try {
    const { signal } = gone;
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    clearTimeout(timer);
    gone.abort();
  }
}
