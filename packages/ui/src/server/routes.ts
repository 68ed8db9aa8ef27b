import type { ContainerStore } from "@stowage/store";
import { LONGEST_SEARCH } from "../protocol.ts";
import { change } from "./change.ts";
import { type Exchange, type Handler, LOCK_PATIENCE } from "./exchange.ts";
import { streamEvents } from "./event-stream.ts";
import type { Matcher } from "./feed.ts";
import { check, collect, repair } from "./health.ts";
import { HttpError } from "./http-error.ts";
import { download, showData, verify } from "./items.ts";
import { showContainer, showStatus, showSurroundings } from "./look.ts";
import { mustBeThere, whileThere } from "./presence.ts";

/** Pages that may look at a time. */
const MOST_FEEDS = 16;
/** Filters of one page, and characters of each: of what a search box takes. */
const MOST_FILTERS = 32;
const LONGEST_FILTER = LONGEST_SEARCH;

/** What the server answers besides its files. Whatever changes something, or works hard, is a POST. */
export const routes: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["GET /api/events", events],
  ["GET /api/container", whileThere(showContainer)],
  ["GET /api/surroundings", whileThere(showSurroundings)],
  ["GET /api/status", showStatus],
  ["GET /api/data", whileThere(showData)],
  ["GET /api/download", whileThere(download)],
  ["POST /api/verify", whileThere(verify)],
  ["POST /api/check", whileThere(check)],
  ["POST /api/repair", whileThere(repair)],
  ["POST /api/gc", whileThere(collect)],
  ["POST /api/change", whileThere(change)],
]);

/** `GET /api/events?filter=…`: the containers that fit, and what changes. */
async function events({ base, hub, server, query, response, signal, underWay }: Exchange): Promise<void> {
  const filters = query.getAll("filter");
  if (underWay.feeds >= MOST_FEEDS)
    throw new HttpError(503, "ERR_BUSY", `${MOST_FEEDS} pages look already: close one`);
  underWay.feeds += 1;
  try {
    const matcher = (): Promise<Matcher | undefined> => matcherOf(base.store, filters, signal);
    await streamEvents(response, { hub, server, matcher, signal });
  } finally {
    underWay.feeds -= 1;
  }
}

async function matcherOf(
  store: ContainerStore,
  filters: readonly string[],
  signal: AbortSignal,
): Promise<Matcher | undefined> {
  if (filters.length === 0) return undefined;
  // Told in the feed, as all that is wrong with a filter: what a browser is answered before, the page cannot read.
  if (filters.length > MOST_FILTERS || filters.some(({ length }) => length > LONGEST_FILTER)) {
    const most = `at most ${MOST_FILTERS} filters of ${LONGEST_FILTER} characters each`;
    throw new HttpError(400, "ERR_INVALID_FILTER", `that is too long: ${most}`);
  }
  await mustBeThere(store);
  const snapshot = await store.snapshot({ signal, timeout: LOCK_PATIENCE });
  return snapshot.matcher(filters);
}
