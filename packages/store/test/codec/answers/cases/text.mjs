import { CREATED, file, utf8, bytes, range, product } from "./parts.mjs";

/** Members that may hold the inside of a string. */
const STRING_PLACES = [
  (text) => `"metadata":"${text}"`,
  (text) => `"flags":{"${text}":"${text}"}`,
  (text) => `"unknown":{"${text}":["${text}"]}`,
];

const everywhere = (texts) => texts.flatMap((text) => STRING_PLACES.map((place) => file(place(text))));

const inMetadata = (texts) => texts.map((text) => file(STRING_PLACES[0](text)));

export function escapes() {
  const units = ["d7ff", "d800", "dbff", "dc00", "dfff", "e000", "0041", "2028", "fffd"];
  const behind = ["", "x", "\\n", "\\", "\\q", "\\u", "\\u00", "\\u00g0", "\\/"];
  return [
    ...everywhere(range(0, 256).map((code) => `\\${bytes(code)}`)),
    ...inMetadata(range(0, 0x100).map((code) => `\\u00${code.toString(16).padStart(2, "0")}`)),
    ...inMetadata(["\\u003C", "\\u003c", "\\u000A", "\\u001F", "\\u001f", "\\u2028", "\\u2029", "\\u202A"]),
    ...everywhere([
      "\\u00",
      "\\u00g1",
      "\\u 041",
      "\\u+041",
      "\\U0041",
      "\\u{41}",
      "\\uD83D\\uDE00",
      "\\ud83d\\ude00",
    ]),
    ...inMetadata(product(units, units).map(([one, other]) => `\\u${one}\\u${other}`)),
    ...inMetadata(
      product(["d800", "dc00"], ["d800", "dc00"], ["d800", "dc00"]).map((all) =>
        all.map((unit) => `\\u${unit}`).join(""),
      ),
    ),
    ...everywhere(product(["d800", "dc00"], behind).map(([unit, after]) => `\\u${unit}${after}`)),
    ...["\\", "\\u", "\\u1", "\\ud800", "\\ud800\\"].map((cut) => `[{"id":"a","metadata":"${cut}`),
  ];
}

export function strings() {
  const wide = [
    "\u007f",
    "\u0080",
    "\u07ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\ufdd0",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\u{10000}",
    "\u{10ffff}",
    "\u2028",
    "\u2029",
    "\u2027",
    "\u202a",
    "\ufeff",
    "e\u0301",
    "<a href='x'>&amp;</a>",
    "/",
  ];
  const leads = [
    0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xf8, 0xfe, 0xff,
  ];
  const continuations = ["\x41", "\x7f", "\x80", "\x8f", "\x90", "\x9f", "\xa0", "\xbf", "\xc2", "\xff"];
  return [
    ...everywhere(range(0, 0x20).map((code) => `a${bytes(code)}b`)),
    ...everywhere(range(0, 0x20).map((code) => `\\ta${bytes(code)}b`)),
    ...inMetadata(
      range(0x20, 0x100)
        .filter((code) => code !== 0x22 && code !== 0x5c)
        .map((code) => bytes(code)),
    ),
    ...everywhere(wide.map(utf8)),
    ...inMetadata(product(leads, continuations).map(([lead, next]) => `${bytes(lead)}${next}`)),
    ...inMetadata(
      product(leads.slice(6), ["\x80", "\xa0", "\x9f", "\xbf"], ["\x80", "\x41"], ["", "\x80", "\xff"]).map(
        ([lead, ...rest]) => `${bytes(lead)}${rest.join("")}`,
      ),
    ),
    ...everywhere([
      "\x80",
      "\xff",
      "a\xc3",
      "\xe2\x82",
      "\xed\xa0\x80",
      "\xed\xa0\x80\xed\xb0\x80",
      "\xc3\\u0041",
      "\\n\xff",
    ]),
    // Where else a string stands.
    ...["\xff", "\\ud800", "<", "", "\x01", "\\n\x01", utf8("\u2028")].flatMap((text) => [
      `[{"id":"${text}","image":"","layer":"",${CREATED}}]`,
      `[{"id":"a","image":"${text}","layer":"",${CREATED}}]`,
      `[{"id":"a","image":"","layer":"${text}",${CREATED}}]`,
      file(`"names":["${text}"]`),
      file(`"big-data-names":["${text}","${text}"]`),
      file(`"big-data-sizes":{"${text}":1}`),
      file(`"big-data-digests":{"${text}":"${text}"}`),
      file(`"${text}":1`),
      file(`"uidmap":[{"${text}":1}]`),
    ]),
  ];
}
