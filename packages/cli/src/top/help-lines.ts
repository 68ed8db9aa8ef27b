import stringWidth from "string-width";
import { span, type TextLine, wrappedWords } from "./text-line.ts";

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["", "In the list"],
  ["↑ ↓, k j", "one container up or down"],
  ["PgUp PgDn", "a screen up or down (Ctrl-B, Ctrl-F)"],
  ["Home End, g G", "the first, the last"],
  ["Enter", "all about the container"],
  ["/", "search as you type; Enter keeps it, Esc gives it up"],
  ["s S", "sort by the next key, by the one before"],
  ["r", "the same order from its end"],
  ["", "In the details"],
  ["Tab", "the next item of big data"],
  ["Enter", "look into the item"],
  ["", "In an item"],
  ["Tab", "as text, as JSON, as bytes"],
  ["", "Everywhere"],
  ["? ", "this help"],
  ["Esc, q, ←", "back; in the list Esc gives up the search first, then both leave"],
  ["Ctrl-C", "leave at once, with exit code 130"],
  ["Ctrl-Z", "suspend; `fg` comes back"],
  ["Ctrl-L", "draw the screen anew"],
  ["", "What the search understands"],
  ["web 1.27", "both words somewhere in id, names, image or layer"],
  [
    "name=^web",
    "filters as of `stowage ls --filter`: id, name, image, layer, flag, metadata, has-data, volatile, before, since; also KEY!=VALUE",
  ],
  ['name="a b"', "quotes keep blanks"],
  ["", "What the marks mean"],
  ["+ ~ -", "made, changed, removed a moment ago"],
  ["(gone)", "the image or layer is not there any more"],
];

const WIDTH = 16;

/** The keys and what they do, in lines of at most so many columns. */
export function helpLines(columns: number): readonly TextLine[] {
  return KEYS.flatMap(([keys, does], index): readonly TextLine[] => {
    if (keys !== "") {
      const lines = wrappedWords(does, columns - WIDTH - 2, stringWidth);
      return lines.map((text, line) => [
        span(`  ${(line === 0 ? keys : "").padEnd(WIDTH)}`, "strong"),
        span(text),
      ]);
    }
    const title: TextLine = [span(does, "heading")];
    return index === 0 ? [title] : [[], title];
  });
}
