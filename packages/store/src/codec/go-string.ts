/** What Go writes in another way than `JSON.stringify` does. */
// eslint-disable-next-line no-control-regex -- control characters are what must be found
const OTHERWISE = /[<>&\u0008\u000c\u2028\u2029]/;

/** What Go writes in another way than as itself; lone surrogates stand for bytes that are no UTF-8. */
// eslint-disable-next-line no-control-regex -- control characters are what must be found
const UNUSUAL = /["\\<>&\u0000-\u001f\u2028\u2029]|\p{Surrogate}/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** A string literal as Go's encoder writes it, with HTML's characters escaped. */
export function goString(text: string): string {
  if (!OTHERWISE.test(text) && text.isWellFormed()) return JSON.stringify(text);
  return `"${text.replace(UNUSUAL, escapeOf)}"`;
}

function escapeOf(character: string): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  if ((code & 0xf800) === 0xd800) return "\\ufffd";
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
