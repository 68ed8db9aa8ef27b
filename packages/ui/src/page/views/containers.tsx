import { useEffect, useRef, useState } from "preact/hooks";
import type { SortKey } from "../state/arrange.ts";
import { order, shownRows, storeState, table } from "../state/model.ts";
import { isNarrow } from "../parts/media.ts";
import { useVirtualRows } from "../parts/virtual-rows.ts";
import { go, linkTo } from "../route.ts";
import { RowView, rowId } from "./row.tsx";
import { Toolbar } from "./toolbar.tsx";

const COLUMNS: readonly (readonly [key: SortKey, title: string])[] = [
  ["name", "Names"],
  ["id", "Container ID"],
  ["image", "Image"],
  ["layer", "Layer"],
  ["created", "Created"],
  ["size", "Data"],
];

/** Heights in pixels, the same as in style/list.css and narrow.css. */
const WIDE = { row: 36, head: 34 };
const NARROW = { row: 56, head: 60 };

/** The list: live, in a window of the browser's own scrolling, with one row that the keys move. */
export function Containers() {
  const rows = shownRows.value;
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string>();
  const virtual = useVirtualRows(scroller, rows.length, isNarrow.value ? NARROW : WIDE);
  const found = rows.findIndex(({ id }) => id === activeId);
  const active = Math.max(0, found);
  const now = useNow();
  // Scrolled away by the wheel it is in no part of the page.
  const isDrawn = virtual.items.some(({ index }) => index === active);

  const onKeyDown = (event: KeyboardEvent): void => {
    // The buttons of the head have keys of their own.
    if (event.target !== event.currentTarget) return;
    const target = targetOf(event.key, found, rows.length, virtual.pageSize);
    const row = rows[target ?? active];
    if (row === undefined) return;
    if (event.key === "Enter" || event.key === " ") go(linkTo("containers", row.id));
    else if (target === undefined) return;
    else {
      setActiveId(row.id);
      virtual.scrollTo(target);
    }
    event.preventDefault();
  };

  return (
    <section class="containers" aria-label="Containers">
      <Toolbar count={rows.length} />
      <div
        ref={scroller}
        id="rows"
        class="grid"
        role="grid"
        tabIndex={0}
        aria-label="Containers: the arrow keys choose one, Enter shows it"
        aria-rowcount={rows.length + 1}
        aria-colcount={COLUMNS.length}
        aria-activedescendant={isDrawn ? rowId(active) : undefined}
        onKeyDown={onKeyDown}
      >
        <Head />
        <div class="rows" role="rowgroup" style={{ height: `${virtual.height}px` }}>
          {virtual.items.map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <RowView
                key={row.id}
                row={row}
                index={index}
                start={start}
                isActive={index === active}
                now={now}
                mark={table.marks.get(row.id)}
              />
            );
          })}
        </div>
      </div>
      {rows.length === 0 ? <p class="empty">{emptyText()}</p> : null}
    </section>
  );
}

function Head() {
  const { key, descending } = order.value;
  const sortBy = (column: SortKey): void => {
    order.value = { key: column, descending: column === key ? !descending : false };
  };
  return (
    <div class="head" role="rowgroup">
      <div class="row" role="row" aria-rowindex={1}>
        {COLUMNS.map(([column, title]) => (
          <div
            key={column}
            class={`cell ${column}`}
            role="columnheader"
            aria-sort={column === key ? (descending ? "descending" : "ascending") : "none"}
          >
            <button type="button" onClick={() => sortBy(column)}>
              {title}
              <span class="arrow" aria-hidden="true">
                {column === key ? (descending ? "\u25bc" : "\u25b2") : ""}
              </span>
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Where a key leads; undefined for one that leads nowhere. From no row the first step leads to the first one. */
function targetOf(key: string, active: number, count: number, page: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, active + 1);
    case "ArrowUp":
      return Math.max(0, active - 1);
    case "PageDown":
      return Math.min(last, Math.max(0, active) + page);
    case "PageUp":
      return Math.max(0, active - page);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

function emptyText(): string {
  const { is, total } = storeState.value;
  if (is === "opening") return "Waiting for the store \u2026";
  if (is === "unavailable") return "The store cannot be read at the moment.";
  return total === 0 ? "The store has no containers." : "No container fits.";
}

/** Ages grow without anybody's doing. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
