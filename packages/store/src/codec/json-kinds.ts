/** What a byte means inside a string. The first three can come together and are then joined with `|`. */
export const PLAIN = 0;
/** `<`, `>`, `&`: Go writes them as escapes. */
export const UNUSUAL = 1;
/** Part of a character beyond ASCII. */
export const WIDE = 2;
/** The closing quote, an escape, a control character. */
export const SPECIAL = 4;

/** The kind of each byte. */
export const kinds = new Uint8Array(256);
kinds.fill(SPECIAL, 0, 0x20);
kinds.fill(WIDE, 0x80);
for (const special of '"\\') kinds[special.charCodeAt(0)] = SPECIAL;
for (const unusual of "<>&") kinds[unusual.charCodeAt(0)] = UNUSUAL;
