import type { SortKey } from "@stowage/store";
import { type Comparators, placed, withRows } from "./events.ts";
import { helpLines } from "./help-lines.ts";
import type { KeyPress } from "./key-press.ts";
import { layoutOf } from "./layout.ts";
import { PREVIEW_MODES } from "./preview-lines.ts";
import { BEGINNING, moved, type Place, type Step } from "./scroll.ts";
import { typedInto, withoutSearch } from "./search-keys.ts";
import { linesOfDetails, linesOfPreview, modeOfPreview, type WriteRecord } from "./shown-lines.ts";
import type { TopState } from "./state.ts";

/** What keys need to know besides the state. */
export interface PressTools {
  readonly compare: Comparators;
  readonly record: WriteRecord;
}

export const SORT_KEYS: readonly SortKey[] = ["created", "name", "size", "image", "layer", "id"];

/** The state after a key. Keys that mean nothing there change nothing. */
export function pressed(state: TopState, key: KeyPress, tools: PressTools): TopState {
  if (key.name === "interrupt") return { ...state, end: "interrupt" };
  if (state.search.isTyped) return typedInto(state, key, tools.compare);
  const word = key.name === "character" ? key.text : key.name;
  if (state.help !== undefined) return inHelp(state, state.help, word);
  if (word === "?") return { ...state, help: BEGINNING };
  if (state.preview !== undefined) return inPreview(state, word);
  if (state.details !== undefined) return inDetails(state, word, tools);
  return inList(state, word, tools);
}

const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ["up", "up"],
  ["k", "up"],
  ["down", "down"],
  ["j", "down"],
  ["page up", "page up"],
  ["page down", "page down"],
  [" ", "page down"],
  ["home", "home"],
  ["g", "home"],
  ["end", "end"],
  ["G", "end"],
]);

const isBack = (word: string): boolean =>
  word === "escape" || word === "q" || word === "left" || word === "erase";

function inList(state: TopState, word: string, { compare }: PressTools): TopState {
  const step = STEPS.get(word);
  if (step !== undefined) {
    const place = moved(state.place, step, state.rows.length, layoutOf(state).body);
    // At the first one stays at the first, also when another comes before it.
    return { ...state, place, selected: place.at === 0 ? undefined : state.rows[place.at]?.id };
  }
  switch (word) {
    case "q":
      return { ...state, end: "quit" };
    case "escape":
      if (state.search.text === "") return { ...state, end: "quit" };
      return withoutSearch(state, compare);
    case "/":
      return { ...state, search: { ...state.search, isTyped: true } };
    case "s":
      return sorted(state, SORT_KEYS.indexOf(state.sort.key) + 1, compare);
    case "S":
      return sorted(state, SORT_KEYS.indexOf(state.sort.key) - 1, compare);
    case "r":
      return withRows({ ...state, sort: { ...state.sort, reverse: !state.sort.reverse } }, compare);
    case "enter":
      return opened(state);
    default:
      return state;
  }
}

/** What is newest or largest is looked for more often than what is oldest or smallest. */
function sorted(state: TopState, index: number, compare: Comparators): TopState {
  const key = SORT_KEYS.at(index % SORT_KEYS.length) ?? "created";
  const reverse = key === "created" || key === "size";
  // To see another order from its beginning.
  return withRows({ ...state, sort: { key, reverse }, selected: undefined, place: BEGINNING }, compare);
}

function opened(state: TopState): TopState {
  const container = state.rows[state.place.at];
  if (container === undefined) return state;
  const isGone = state.containers?.has(container.id) !== true;
  return {
    ...state,
    selected: container.id,
    details: { container, isGone, place: BEGINNING },
    preview: undefined,
  };
}

function inDetails(state: TopState, word: string, { record }: PressTools): TopState {
  const { details } = state;
  if (details === undefined) return state;
  if (isBack(word)) return placed({ ...state, details: undefined });
  const lines = linesOfDetails(state, record);
  const at = (place: Place): TopState => ({ ...state, details: { ...details, place } });
  const step = STEPS.get(word);
  const { body } = layoutOf(state);
  if (step !== undefined) return at(moved(details.place, step, lines.length, body));
  if (word === "tab") {
    const items = lines.flatMap(({ item }, index) => (item === undefined ? [] : [index]));
    const next = items.find((index) => index > details.place.at) ?? items[0];
    if (next === undefined) return state;
    return at(moved({ ...details.place, at: next - 1 }, "down", lines.length, body));
  }
  const item = lines[details.place.at]?.item;
  if (word !== "enter" || item === undefined) return state;
  return { ...state, preview: { key: item, content: undefined, mode: undefined, place: BEGINNING } };
}

function inPreview(state: TopState, word: string): TopState {
  const { preview } = state;
  if (preview === undefined) return state;
  if (isBack(word)) return { ...state, preview: undefined };
  if (word === "tab") {
    const mode = modeOfPreview(state);
    const next = mode && PREVIEW_MODES[(PREVIEW_MODES.indexOf(mode) + 1) % PREVIEW_MODES.length];
    return { ...state, preview: { ...preview, mode: next, place: BEGINNING } };
  }
  const step = STEPS.get(word);
  if (step === undefined) return state;
  const place = scrolled(preview.place, step, linesOfPreview(state).length, layoutOf(state).body);
  return { ...state, preview: { ...preview, place } };
}

function inHelp(state: TopState, place: Place, word: string): TopState {
  if (isBack(word) || word === "?" || word === "enter") return { ...state, help: undefined };
  const step = STEPS.get(word);
  if (step === undefined) return state;
  return {
    ...state,
    help: scrolled(place, step, helpLines(state.size.columns).length, layoutOf(state).body),
  };
}

/** Through text without a line that one is at: the whole screen moves. */
function scrolled({ top }: Place, step: Step, count: number, height: number): Place {
  const tops = Math.max(1, count - height + 1);
  const { at } = moved({ at: top, top }, step, tops, height);
  return { at, top: at };
}
