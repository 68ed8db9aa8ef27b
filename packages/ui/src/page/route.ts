import { computed, signal } from "@preact/signals";

/** The place in the page, as it stands behind `#` in the address. */
export type View = "containers" | "sizes" | "graph" | "health" | "store";

export const VIEWS: readonly (readonly [view: View, title: string])[] = [
  ["containers", "Containers"],
  ["sizes", "Sizes"],
  ["graph", "Graph"],
  ["health", "Health"],
  ["store", "Store"],
];

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

const parts = computed(() => hash.value.replace(/^#\/?/, "").split("/").map(decoded));

export const view = computed<View>(
  () => VIEWS.find(([name]) => name === parts.value[0])?.[0] ?? "containers",
);
/** The container whose details are open beside the view. */
export const openId = computed<string | undefined>(() => parts.value[1]);
/** The item of it that is open. */
export const openKey = computed<string | undefined>(() => parts.value[2]);

export function linkTo(to: View, id?: string, key?: string): string {
  return `#/${[to, id, key]
    .filter((part) => part !== undefined)
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join("/")}`;
}

export function go(link: string): void {
  location.hash = link;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
