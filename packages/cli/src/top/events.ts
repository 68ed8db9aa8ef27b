import type { Container, LockStatus, SortKey, StoreStatistics } from "@stowage/store";
import type { LiveUpdate } from "@stowage/live";
import type { Tree } from "../images.ts";
import { withChanges, withoutOver } from "./flashes.ts";
import { layoutOf } from "./layout.ts";
import { rowsOf } from "./rows.ts";
import { settled } from "./scroll.ts";
import { everything, type Content, type Size, type TopState, type Trouble } from "./state.ts";
import { tallyAfter, tallyOf } from "./tally.ts";

/** What can happen to the view, besides keys. */
export type TopEvent =
  | { readonly type: "update"; readonly update: LiveUpdate; readonly trouble: Trouble | undefined }
  | { readonly type: "time" }
  | { readonly type: "size"; readonly size: Size }
  | { readonly type: "tree"; readonly tree: Tree | undefined }
  | {
      readonly type: "lock";
      readonly lock: LockStatus | undefined;
      readonly statistics: StoreStatistics;
    }
  | { readonly type: "remark"; readonly text: string }
  | { readonly type: "search"; readonly text: string; readonly found: Found }
  | {
      readonly type: "content";
      readonly id: string;
      readonly key: string;
      readonly content: Content | Trouble;
    };

/** What came of a search: a test, or why it is none. */
export type Found = { readonly matches: (container: Container) => boolean } | { readonly problem: string };

/** When it happened, by the clock that only goes forward and by the one on the wall. */
export interface Moment {
  readonly now: number;
  readonly wallClock: number;
}

/** Compares containers for an order: see `comparatorBy` of the store. */
export type Comparators = (key: SortKey) => (one: Container, other: Container) => number;

export function happened(state: TopState, event: TopEvent, moment: Moment, compare: Comparators): TopState {
  const next = passed({ ...state, ...moment });
  const after = changed(next, event);
  const isListed = after.flashes !== state.flashes || after.containers !== state.containers;
  const isAsked = after.search !== state.search || after.sort !== state.sort || after.tree !== state.tree;
  return isListed || isAsked ? withRows(after, compare) : placed(after);
}

function changed(state: TopState, event: TopEvent): TopState {
  switch (event.type) {
    case "update":
      return updated(state, event.update, event.trouble);
    case "time":
      return state;
    case "size":
      return { ...state, size: event.size };
    case "tree":
      return { ...state, tree: event.tree };
    case "lock":
      return { ...state, lock: event.lock, statistics: event.statistics };
    case "remark":
      return { ...state, remark: { text: event.text, since: state.now } };
    case "search":
      return searched(state, event.text, event.found);
    case "content": {
      const { preview, details } = state;
      if (preview?.key !== event.key || details?.container.id !== event.id) return state;
      return { ...state, preview: { ...preview, content: event.content } };
    }
  }
}

/** Milliseconds for which a remark is shown. */
const REMARK = 10_000;

/** What time alone does. */
function passed(state: TopState): TopState {
  const flashes = withoutOver(state.flashes, state.now);
  const recent = state.recent.filter(({ at }) => state.now - at < 1000);
  const isOver = state.remark !== undefined && state.now - state.remark.since >= REMARK;
  const remark = isOver ? undefined : state.remark;
  return { ...state, flashes, remark, recent: recent.length === state.recent.length ? state.recent : recent };
}

function updated(state: TopState, update: LiveUpdate, trouble: Trouble | undefined): TopState {
  const { changes, unavailable } = update;
  // Nothing was read yet: an empty store looks different.
  const containers =
    unavailable !== undefined && state.containers === undefined ? undefined : update.containers;
  const isNew = state.containers === undefined && containers !== undefined;
  return withDetails({
    ...state,
    containers,
    trouble,
    tally: isNew ? tallyOf(containers.values()) : tallyAfter(state.tally, changes),
    flashes: withChanges(state.flashes, changes, state.now),
    recent: changes.length === 0 ? state.recent : [...state.recent, { at: state.now, count: changes.length }],
  });
}

/** The container that is looked at, as it is now. */
function withDetails(state: TopState): TopState {
  const { details, preview, containers } = state;
  if (details === undefined) return state;
  const container = containers?.get(details.container.id);
  if (container === details.container) return state;
  if (container === undefined) return { ...state, details: { ...details, isGone: true } };
  const next = { ...state, details: { ...details, container, isGone: false } };
  const isOther = (key: string): boolean =>
    container.bigDataDigests.get(key) !== details.container.bigDataDigests.get(key);
  // Read anew by whoever follows the state.
  return preview !== undefined && isOther(preview.key)
    ? { ...next, preview: { ...preview, content: undefined } }
    : next;
}

function searched(state: TopState, text: string, found: Found): TopState {
  const { search } = state;
  // An answer that comes too late.
  if (text !== search.text) return state;
  return "problem" in found
    ? { ...state, search: { ...search, problem: found.problem } }
    : { ...state, search: { ...search, matches: found.matches, problem: undefined } };
}

/** With the list made anew. */
export function withRows(state: TopState, compare: Comparators): TopState {
  const { containers, flashes, search, sort, rows } = state;
  const matches = search.text === "" ? everything : search.matches;
  const options = { matches, compare: compare(sort.key), reverse: sort.reverse };
  return placed({
    ...state,
    rows: containers === undefined ? [] : rowsOf(containers, flashes, options, rows),
  });
}

/** With the place in the list where it has to be: at the container that is selected, or where that was. */
export function placed(state: TopState): TopState {
  const { rows, selected, place } = state;
  const found = selected === undefined ? 0 : rows.findIndex(({ id }) => id === selected);
  const at = found === -1 ? place.at : found;
  const next = settled({ at, top: place.top }, rows.length, layoutOf(state).body);
  return {
    ...state,
    place: next,
    // Whoever was at the one that is gone is at the next from now on.
    selected: found === -1 ? rows[next.at]?.id : selected,
  };
}
