import type { SeededRandom } from "@stowage/test-kit";

/** Texts that are hostile as ids, keys and names; as they stand between quotes. */
export const HOSTILE_TEXTS = [
  "",
  ".",
  "..",
  "/",
  "../victim",
  "../victim/precious",
  "../../../../../../../../etc/passwd",
  "/etc/passwd",
  "/dev/zero",
  "a/b",
  "a//b/",
  "./a",
  "userdata",
  "userdata/x",
  "\\u0000",
  "a\\u0000b",
  "\\ud800",
  "x\\udfffx",
  "\u00ff\u00fe",
  "__proto__",
  "constructor",
  "toString",
  "containers.json",
  "containers.lock",
  "volatile-containers.json",
  "containers.lock.portable",
  ".tmp-containers.json1",
  ".stowage-removed-1",
  "x".repeat(255),
  "x".repeat(256),
  "x".repeat(300),
  "x".repeat(5000),
  "\\n",
  "\\u001b[2J",
  "????>>>",
  "-rf",
] as const;

const NUMBERS = [
  "0",
  "-0",
  "-1",
  "1.5",
  "1e3",
  "1E400",
  "-1e-400",
  "00",
  "1.",
  ".5",
  "+1",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775809",
  "4294967296",
  "18446744073709551616",
  "NaN",
  "Infinity",
  "0x10",
  "9".repeat(400),
];

const TIMES = [
  "0001-01-01T00:00:00Z",
  "0000-00-00T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "10000-01-01T00:00:00Z",
  "-001-01-01T00:00:00Z",
  "2024-02-30T00:00:00Z",
  "2024-02-29T23:59:60Z",
  "2024-01-02T24:00:00Z",
  "2024-01-02T03:04:05+24:00",
  "2024-01-02T03:04:05+23:59",
  "2024-01-02T03:04:05-00:00",
  "2024-01-02T03:04:05,5Z",
  "2024-01-02T3:04:05Z",
  "2024-01-02T03:04:05.0000000000000001Z",
  "2024-01-02 03:04:05Z",
  "2024-01-02T03:04:05z",
  "",
];

/** The members of a record, and some that are nearly such. */
const MEMBERS = [
  "id",
  "names",
  "image",
  "layer",
  "metadata",
  "big-data-names",
  "big-data-sizes",
  "big-data-digests",
  "created",
  "uidmap",
  "gidmap",
  "flags",
] as const;
const ODD_MEMBERS = [
  "ID",
  "Names",
  "\\u0069d",
  "\u00c4\u00b0d",
  "volatile-store",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "",
  "new",
  "flag\u00c5\u00bf",
];

const IDS = ["a0".repeat(32), "b1".repeat(32), "c2".repeat(32), "a", "aa", "n1"];
const KEYS = ["k", "L", "config", "endsinA", "UPPER", "a/b"];

const quoted = (text: string): string => `"${text}"`;

const textFrom =
  (usual: readonly string[]) =>
  (random: SeededRandom): string =>
    quoted(random.chance(0.8) ? random.pick(usual) : random.pick(HOSTILE_TEXTS));

const list = (random: SeededRandom, most: number, item: (random: SeededRandom) => string): string =>
  `[${Array.from({ length: random.integer(most + 1) }, () => item(random)).join(",")}]`;

const map = (random: SeededRandom, most: number, item: (random: SeededRandom) => string): string =>
  `{${Array.from({ length: random.integer(most + 1) }, () => `${textFrom(KEYS)(random)}:${item(random)}`).join(",")}}`;

const number = (random: SeededRandom): string =>
  random.chance(0.6) ? String(random.integer(70_000)) : random.pick(NUMBERS);

/** Any value, mostly of a kind that nobody expects there. */
export function hostileValue(random: SeededRandom, depth = 0): string {
  switch (random.integer(depth > 3 ? 5 : 8)) {
    case 0:
      return random.pick(["null", "true", "false", "nul", "True"]);
    case 1:
      return random.pick(NUMBERS);
    case 2:
      return quoted(random.pick(HOSTILE_TEXTS));
    case 3:
      return quoted(random.pick(TIMES));
    case 4:
      return random.pick(["[]", "{}", "[null]", "[[]]", "[{}]", '{"":null}', "[,]", "{,}", '{"a"}', "[1,]"]);
    case 5:
      return list(random, 4, (inner) => hostileValue(inner, depth + 1));
    case 6:
      return map(random, 4, (inner) => hostileValue(inner, depth + 1));
    default:
      return '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  }
}

const mapping = (random: SeededRandom): string =>
  `{"container_id":${number(random)},"host_id":${number(random)},"size":${number(random)}}`;

const USUAL: Readonly<Record<(typeof MEMBERS)[number], (random: SeededRandom) => string>> = {
  id: textFrom(IDS),
  names: (random) => list(random, 3, textFrom(["n1", "n2", "n3", "a"])),
  image: textFrom(["", "image"]),
  layer: textFrom(["", "l1", "l2"]),
  metadata: textFrom(["", "m", '{\\"a\\":1}']),
  "big-data-names": (random) => list(random, 3, textFrom(KEYS)),
  "big-data-sizes": (random) => map(random, 3, number),
  "big-data-digests": (random) => map(random, 3, textFrom([`sha256:${"0".repeat(64)}`, "x"])),
  created: (random) =>
    quoted(random.chance(0.8) ? `2024-01-02T03:04:0${random.integer(10)}Z` : random.pick(TIMES)),
  uidmap: (random) => list(random, 2, mapping),
  gidmap: (random) => list(random, 2, mapping),
  flags: (random) => map(random, 4, hostileValue),
};

/** A record with every field drawn, a few of them hostile. */
export function hostileRecord(random: SeededRandom): string {
  const hostility = random.pick([0, 0.02, 0.05, 0.3]);
  const members = (random.chance(0.8) ? MEMBERS : random.shuffled(MEMBERS))
    .filter((name) => name === "id" || random.chance(0.8))
    .map((name) => `"${name}":${random.chance(hostility) ? hostileValue(random) : USUAL[name](random)}`);
  while (random.chance(hostility)) {
    const name = random.chance(0.3) ? random.pick(MEMBERS) : random.pick(ODD_MEMBERS);
    members.splice(random.integer(members.length + 1), 0, `"${name}":${hostileValue(random)}`);
  }
  return `{${members.join(random.chance(0.95) ? "," : " ,\n")}}`;
}

/** A file of records; one character for each byte. */
export function hostileFile(random: SeededRandom): string {
  return `[${Array.from({ length: random.integer(6) }, () => hostileRecord(random)).join(",")}]`;
}

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{},:]/g;

/** Puts something hostile in the place of one token of a file. */
export function replaceToken(text: string, random: SeededRandom): string {
  const tokens = [...text.matchAll(TOKENS)];
  if (tokens.length === 0) return text;
  const token = random.pick(tokens);
  const by = random.chance(0.1) ? "" : random.chance(0.1) ? hostileRecord(random) : hostileValue(random);
  return text.slice(0, token.index) + by + text.slice(token.index + token[0].length);
}
