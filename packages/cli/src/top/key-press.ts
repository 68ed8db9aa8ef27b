/** A key as the view understands it: a printable character, or one of these. */
export type KeyPress = { readonly name: "character"; readonly text: string } | { readonly name: KeyName };

export type KeyName =
  | "up"
  | "down"
  | "page up"
  | "page down"
  | "home"
  | "end"
  | "left"
  | "enter"
  | "escape"
  | "tab"
  | "erase"
  | "erase word"
  | "erase line"
  | "suspend"
  | "interrupt"
  | "redraw";

/** What the terminal library says of a key. */
export interface RawKey {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly leftArrow?: boolean;
  readonly rightArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly tab?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

const named: readonly (readonly [keyof RawKey, KeyName])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["rightArrow", "enter"],
  ["leftArrow", "left"],
  ["pageUp", "page up"],
  ["pageDown", "page down"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["tab", "tab"],
  ["backspace", "erase"],
  ["delete", "erase"],
];

/** Keys that terminals send as one control character, by that character. */
const controls: ReadonlyMap<string, KeyName> = new Map([
  ["\u0003", "interrupt"],
  ["\u0008", "erase"],
  ["\t", "tab"],
  ["\n", "enter"],
  ["\u000c", "redraw"],
  ["\r", "enter"],
  ["\u0015", "erase line"],
  ["\u0017", "erase word"],
  ["\u001a", "suspend"],
  ["\u001b", "escape"],
  ["\u007f", "erase"],
  // As in less and vi.
  ["\u0002", "page up"],
  ["\u0006", "page down"],
  ["\u000e", "down"],
  ["\u0010", "up"],
]);

/**
 * The keys of one event. Over a slow line several come at once, as one text: each
 * character of it is a key then, and what is pasted is as if it had been typed.
 */
export function keyPresses(input: string, key: RawKey): readonly KeyPress[] {
  // The library tells the arrow to the right as text where it does not know it.
  const known = named.find(([flag]) => key[flag] === true);
  if (known !== undefined) return [{ name: known[1] }];
  if (key.ctrl === true) {
    const name = controls.get(String.fromCharCode((input.codePointAt(0) ?? 0) & 0x1f));
    return name === undefined ? [] : [{ name }];
  }
  if (key.escape === true) return [{ name: "escape" }];
  // Alt and a key, or a sequence that nobody knows.
  if (key.meta === true) return [];
  return [...input].flatMap((character): readonly KeyPress[] => {
    const name = controls.get(character);
    if (name !== undefined) return [{ name }];
    return character < " " ? [] : [{ name: "character", text: character }];
  });
}
