/**
 * Characters that steer a terminal or hide what is there: C0 and C1 controls,
 * DEL, line and paragraph separators, marks that turn the writing direction,
 * the byte order mark, and halves of surrogate pairs.
 */
const unsafe =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

const plain = /^[\x20-\x7e]*$/;

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/**
 * The text as it can be shown in one line of a terminal: whatever could move the
 * cursor, change colours or turn the writing is written as `\u001b` and the like.
 * Names and metadata come from whoever wrote the store, so everything that is
 * shown to people goes through here.
 */
export function visible(text: string): string {
  // Nearly all there is, and much faster to see than what the other pattern looks for.
  if (plain.test(text)) return text;
  return text.replace(unsafe, escapeCharacter);
}

/** As `visible`, but line breaks and tabs stay what they are. */
export function visibleLines(text: string): string {
  return text.replace(unsafe, (character) =>
    character === "\n" || character === "\t" ? character : escapeCharacter(character),
  );
}

/** True when the text can go to a terminal as it is. */
export function isPlain(text: string): boolean {
  return visibleLines(text.replaceAll("\r\n", "\n")) === text.replaceAll("\r\n", "\n");
}

function escapeCharacter(character: string): string {
  return shortEscapes.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** One line for each item, each ended. */
export function lines(items: Iterable<string>): string {
  let text = "";
  for (const item of items) text += `${item}\n`;
  return text;
}
