/*
 * How texts, sizes and moments are shown. Names and metadata come from whoever wrote the store: they are only ever the
 * content of a text node, and what is invisible or turns the writing is shown as an escape.
 */

/** Controls, separators, marks that turn the writing, the byte order mark, and halves of surrogate pairs. */
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** A piece of a text: as it is, or the escape for a character that would not be seen. */
export interface Piece {
  readonly text: string;
  readonly isEscape: boolean;
}

/** @param keepLines line breaks and tabs stay what they are */
export function pieces(text: string, keepLines = false): readonly Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(UNSAFE)) {
    if (keepLines && (match[0] === "\n" || match[0] === "\t")) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index), isEscape: false });
    found.push({ text: escapeOf(match[0]), isEscape: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end), isEscape: false });
  return found;
}

/** In one string, for labels. */
export function plain(text: string): string {
  return pieces(text)
    .map((piece) => piece.text)
    .join("");
}

const escapeOf = (character: string): string =>
  character === "\n" ? "\\n" : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"] as const;

/** Powers of 1000 and three digits, as the program shows them. */
export function humanSize(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(amount) : String(Number(amount.toPrecision(3)))} ${UNITS[unit] ?? ""}`;
}

/** `1 container`, `2 containers`; numbers with separators. */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

const STEPS = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** How long ago it was; what is no moment, lies in the future or is the zero time, as it stands. */
export function humanAge(created: string, now: number): string {
  const moment = Date.parse(created);
  const seconds = Math.floor((now - moment) / 1000);
  if (Number.isNaN(moment) || seconds < 0 || moment < 0) return created;
  for (const [name, length] of STEPS) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${counted(count, name)} ago`;
  }
  return "just now";
}

/** The first twelve digits of a generated id; anything else whole. */
export function shortId(id: string): string {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(id) ? id.replace("sha256:", "").slice(0, 12) : id;
}
