import { computed, effect, signal } from "@preact/signals";
import type { Problem, Row, StatusReport, StoreState, Surroundings } from "../../protocol.ts";
import { ApiError, getJson } from "../api.ts";
import { readSearch } from "../search.ts";
import { shortId } from "../text.ts";
import { arranger, type Order } from "./arrange.ts";
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
/** What lies around the store; undefined until it was told. */
export const surroundings = signal<Surroundings | undefined>(undefined);
/** Counts up whenever the table is another one; the table itself is changed in place. */
export const tick = signal(0);

export const table = new LiveTable();

/** The name that is shown for an image. */
export const nameOfImage = computed(() => {
  const names = surroundings.value?.images;
  return (image: string): string => names?.[image]?.[0] ?? shortId(image);
});
const arrange = computed(() => arranger(nameOfImage.value));

const search = computed(() => readSearch(searchText.value));
/** The filters by their value, so that typing words asks the server for nothing. */
const filters = computed(() => JSON.stringify(search.value.filters));

/** How often images are looked after, in milliseconds. The server reads them only when they have changed. */
const SURROUNDINGS_PACE = 3000;

let arranged: readonly Row[] = [];
let arrangedFor = "";

/** The rows that are shown, in order. */
export const shownRows = computed<readonly Row[]>(() => {
  void tick.value;
  const { words } = search.value;
  const kind = JSON.stringify([order.value, filters.value]);
  const rows = table.leaving.size === 0 ? table.rows : new Map([...table.leaving, ...table.rows]);
  arranged = arrange.value(rows, words, order.value, kind === arrangedFor ? arranged : []);
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
      if (state !== "live") return;
      void askStatus();
      void askSurroundings();
    },
    on: {
      begin: () => {
        const now = JSON.stringify(feed.filters);
        table.begin(listOf === now);
        listOf = now;
        if (now === filters.peek()) filterProblem.value = undefined;
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
  setInterval(() => {
    if (!document.hidden && connection.value === "live") void askSurroundings();
  }, SURROUNDINGS_PACE);
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
  const told = await unlessGone(getJson<StatusReport>("/api/status"));
  if (told !== undefined) status.value = told;
}

/** Names of images, and what is gone: they change without the store's doing, and nobody tells. */
export async function askSurroundings(): Promise<void> {
  const told = await unlessGone(getJson<Surroundings>("/api/surroundings"));
  if (told !== undefined && JSON.stringify(told) !== JSON.stringify(surroundings.peek()))
    surroundings.value = told;
}

/** That the server or the store is gone is told by the feed. */
async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}
