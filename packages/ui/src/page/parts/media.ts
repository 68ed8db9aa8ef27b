import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether a media query holds, as a signal. */
function media(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const holds = signal(list.matches);
  list.addEventListener("change", () => {
    holds.value = list.matches;
  });
  return holds;
}

/** The same width as in style/narrow.css. */
export const isNarrow = media("(max-width: 640px)");
