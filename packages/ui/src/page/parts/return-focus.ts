import { useEffect, useRef } from "preact/hooks";

/**
 * Gives the focus back to where it was in the view, when what was open beside it is closed and took the focus with it: by
 * its button, by Escape, or by the browser's Back; to the content, when it was opened by its address. Gives the listener that the view is to have for `focusin`.
 */
export function useReturnFocus(openId: string | undefined): (event: FocusEvent) => void {
  const last = useRef<EventTarget | null>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    const { activeElement, body } = document;
    const isLost = activeElement === null || activeElement === body;
    const isClosed = openId === undefined && wasOpen.current;
    wasOpen.current = openId !== undefined;
    if (!isClosed || !isLost) return;
    const there = last.current;
    const isShown = (there instanceof HTMLElement || there instanceof SVGElement) && there.isConnected;
    (isShown ? there : document.getElementById("main"))?.focus();
  }, [openId]);
  return (event) => {
    last.current = event.target;
  };
}
