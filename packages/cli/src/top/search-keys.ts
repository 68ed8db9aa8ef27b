import { type Comparators, placed, withRows } from "./events.ts";
import type { KeyPress } from "./key-press.ts";
import { layoutOf } from "./layout.ts";
import { moved, BEGINNING } from "./scroll.ts";
import { parseQuery, wordMatcher } from "./search.ts";
import { everything, type Search, type TopState } from "./state.ts";

/** The longest search that is taken. */
const LONGEST = 500;

/** A key that goes into the search: it is carried out as it is typed. */
export function typedInto(state: TopState, key: KeyPress, compare: Comparators): TopState {
  const { search } = state;
  switch (key.name) {
    case "character":
      if (search.text.length >= LONGEST) return state;
      return searching(state, search.text + key.text, compare);
    case "erase":
      // As in less: to erase what is not there ends it.
      if (search.text === "") return ended(state);
      return searching(state, [...search.text].slice(0, -1).join(""), compare);
    case "erase word":
      return searching(state, search.text.replace(/\S*\s*$/, ""), compare);
    case "erase line":
      return searching(state, "", compare);
    case "enter":
      return ended(state);
    case "escape":
      return ended(searching(state, "", compare));
    case "up":
    case "down":
    case "page up":
    case "page down": {
      const place = moved(state.place, key.name, state.rows.length, layoutOf(state).body);
      return { ...state, place, selected: state.rows[place.at]?.id };
    }
    default:
      return state;
  }
}

/** All are shown again, and one stays at the container that was found. */
export function withoutSearch(state: TopState, compare: Comparators): TopState {
  return ended(searching(state, "", compare, state.rows[state.place.at]?.id));
}

function ended(state: TopState): TopState {
  return placed({ ...state, search: { ...state.search, isTyped: false } });
}

function searching(state: TopState, text: string, compare: Comparators, selected?: string): TopState {
  const search: Search = { ...state.search, text, ...foundAtOnce(state, text) };
  return withRows({ ...state, search, selected, place: BEGINNING }, compare);
}

/** Words need nobody to be asked. Filters are read by whoever has the store: what was found before stays until then. */
function foundAtOnce(state: TopState, text: string): Partial<Search> {
  const { words, filters } = parseQuery(text);
  if (filters.length > 0) return {};
  const namesOf = (image: string): readonly string[] => state.tree?.images.namesOf(image) ?? [];
  return { matches: words.length === 0 ? everything : wordMatcher(words, namesOf), problem: undefined };
}
