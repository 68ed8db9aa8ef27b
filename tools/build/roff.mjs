/**
 * Text as roff's man macros have it: nothing in it is a request or an escape, and a
 * hyphen is the one that is typed, so that what is copied from a page can be run.
 */
export function roff(text) {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/[^\n\x20-\x7e]/gu, (character) => {
      const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      return `\\[u${code}]`;
    });
  return escaped
    .split("\n")
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join("\n");
}

export const bold = (text) => `\\fB${roff(text)}\\fR`;
const italic = (text) => `\\fI${roff(text)}\\fR`;

/** Words for people: what stands in `backticks` is bold. */
export function prose(text) {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (part.startsWith("`") && part.length > 2 ? bold(part.slice(1, -1)) : roff(part)))
    .join("");
}

/** `-f, --filter <key=value>`: what is typed is bold, what it stands for is italic. */
export function flags(text) {
  return text
    .split(/([<[][^>\]]+[>\]])/)
    .map((part) => (/^[<[]/.test(part) ? italic(part) : part.trim() === "" ? part : bold(part)))
    .join("");
}

/** Paragraphs with a hanging title each. */
export function items(pairs) {
  return pairs.map(([title, text]) => `.TP\n${title}\n${text}`).join("\n");
}

export const section = (title, body) => (body === "" ? "" : `.SH ${title}\n${body}\n`);

/** Lines that stay as they are. */
export const verbatim = (text) => `.PP\n.nf\n${roff(text)}\n.fi`;
