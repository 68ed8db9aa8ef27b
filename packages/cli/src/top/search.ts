import type { Container } from "@stowage/store";

/** What was typed behind `/`, taken apart. */
export interface Query {
  /** Must all be found in a container, whatever their case. */
  readonly words: readonly string[];
  /** Filters as `ls --filter` takes them. */
  readonly filters: readonly string[];
}

/** A quoted word keeps its blanks, and is never a filter unless its key stands before the quotes. */
const parts = /"([^"]*)"?|([^\s="]+!?=)"([^"]*)"?|(\S+)/g;

/**
 * Reads `web flag=pinned name="^a b"`: words with `KEY=` at their beginning are filters, all
 * others are looked for as they stand.
 */
export function parseQuery(text: string): Query {
  const words: string[] = [];
  const filters: string[] = [];
  for (const [, quoted, key, value, bare] of text.matchAll(parts)) {
    if (quoted !== undefined) words.push(quoted);
    else if (key !== undefined) filters.push(key + (value ?? ""));
    else if (bare !== undefined) (/^[^=]+=/.test(bare) ? filters : words).push(bare);
  }
  return { words: words.filter((word) => word !== "").map((word) => word.toLowerCase()), filters };
}

/** A test for the words: in the id, the names, the image, its names, or the layer. */
export function wordMatcher(
  words: readonly string[],
  imageNamesOf: (image: string) => readonly string[],
): (container: Container) => boolean {
  if (words.length === 0) return () => true;
  return ({ id, names, image, layer }) => {
    const texts = [id, ...names, image, ...imageNamesOf(image), layer];
    return words.every((word) => texts.some((text) => text.toLowerCase().includes(word)));
  };
}
