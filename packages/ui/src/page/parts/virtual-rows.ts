import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

export interface VirtualRows {
  readonly items: readonly VirtualItem[];
  readonly height: number;
  readonly scrollTo: (index: number) => void;
  /** Rows that fit into the window. */
  readonly pageSize: number;
}

/** Which of many rows of one height are to be drawn, as the element is scrolled. Its head, as high as said, always stays. */
export function useVirtualRows(
  element: RefObject<HTMLElement | null>,
  count: number,
  { row: rowHeight, head }: { readonly row: number; readonly head: number },
): VirtualRows {
  const [, redraw] = useReducer<number, undefined>((turn) => turn + 1, 0);
  const options = {
    count,
    getScrollElement: () => element.current,
    estimateSize: () => rowHeight,
    // The head covers some of the window, so that a few more are drawn than are seen.
    overscan: 8,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  return {
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    // The head lies above the rows: what the window shows begins below it.
    scrollTo: (index) => scrollIntoView(element.current, index * rowHeight, rowHeight, head),
    pageSize: Math.max(1, Math.floor(((virtualizer.scrollRect?.height ?? 0) - head) / rowHeight) - 1),
  };
}

function scrollIntoView(element: HTMLElement | null, top: number, height: number, head: number): void {
  if (element === null) return;
  const visible = element.clientHeight - head;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + height > element.scrollTop + visible) element.scrollTop = top + height - visible;
}
