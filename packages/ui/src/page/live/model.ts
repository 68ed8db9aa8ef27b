import { computed, effect, signal } from "@preact/signals";
import type { Problem, Row, StatusReport, StoreState } from "../../protocol.ts";
import { ApiError, getJson } from "../api.ts";
import { readSearch } from "../search.ts";
import { arrange, type Order } from "./arrange.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import { LiveTable } from "./table.ts";

/*
 * The state of the page: what came from the server, and what the reader has chosen. Views read the signals; only this file
 * and the controls of the list write them.
 */

export const connection = signal<ConnectionState>("connecting");
export const storeState = signal<StoreState>({ is: "opening", problem: undefined, total: 0 });
export const filterProblem = signal<Problem | undefined>(undefined);
export const searchText = signal("");
export const order = signal<Order>({ key: "created", descending: true });
export const status = signal<StatusReport | undefined>(undefined);
/** Counts up whenever the table is another one; the table itself is changed in place. */
export const tick = signal(0);

export const table = new LiveTable();

const search = computed(() => readSearch(searchText.value));
/** The filters by their value, so that typing words asks the server for nothing. */
const filters = computed(() => JSON.stringify(search.value.filters));

let arranged: readonly Row[] = [];
let arrangedFor = "";

/** The rows that are shown, in order. */
export const shownRows = computed<readonly Row[]>(() => {
  void tick.value;
  const { words } = search.value;
  const kind = JSON.stringify([order.value, filters.value]);
  const rows = table.leaving.size === 0 ? table.rows : new Map([...table.leaving, ...table.rows]);
  arranged = arrange(rows, words, order.value, kind === arrangedFor ? arranged : []);
  arrangedFor = kind;
  return arranged;
});

let isScheduled = false;
let fading: ReturnType<typeof setTimeout> | undefined;

/** Shows at the browser's pace what was taken since: however much it was, it is drawn once. */
function redraw(): void {
  if (isScheduled) return;
  isScheduled = true;
  const draw = (): void => {
    isScheduled = false;
    tick.value += 1;
    if (table.marks.size > 0) fading ??= setTimeout(fade, 400);
  };
  // A hidden page draws nothing, and must not gather anything either.
  if (document.hidden) setTimeout(draw, 250);
  else requestAnimationFrame(draw);
}

function fade(): void {
  fading = undefined;
  table.fade(Date.now());
  redraw();
}

/** The filters that the list in the table stands for, and the server that it came from. */
let listOf = "";

export function start(): void {
  const feed = new Connection({
    onState: (state) => {
      connection.value = state;
      if (state === "live") void askStatus();
    },
    on: {
      begin: () => {
        table.begin(listOf === filters.peek());
        listOf = filters.peek();
        filterProblem.value = undefined;
      },
      rows: ({ changes }) => table.take(changes, Date.now()),
      whole: () => {
        table.settle(Date.now());
        redraw();
      },
      state: (state) => {
        storeState.value = state;
      },
      refused: (problem) => {
        filterProblem.value = problem;
      },
      ping: () => undefined,
    },
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  effect(() => {
    const wanted = JSON.parse(filters.value) as string[];
    clearTimeout(timer);
    // A filter is asked for when the typing pauses.
    timer = setTimeout(() => feed.connect(wanted), isFirst ? 0 : 250);
    isFirst = false;
  });
}

/** What the server says of itself, the lock and the statistics. */
export async function askStatus(): Promise<void> {
  try {
    status.value = await getJson<StatusReport>("/api/status");
  } catch (error) {
    // That the server is gone is told by the feed.
    if (!(error instanceof ApiError)) throw error;
  }
}
