// Asks the truncated-id index of the real containers/storage library, and writes its answers to vectors.json.
//
//   STOWAGE_PEER_HOME=<where the peer is installed> node packages/truncindex/test/vectors/make-vectors.mjs
//
// Each case is a store whose containers.json lists chosen ids; `peer drive` answers `truncGet` from a fresh
// NewTruncIndex over them. The ids are seeded: the file comes out the same each time (format it with prettier after).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const home = process.env.STOWAGE_PEER_HOME;
if (!home) throw new Error("set STOWAGE_PEER_HOME to the folder in which the Go peer is installed");

const hex = (seed) => createHash("sha256").update(String(seed)).digest("hex");
const hexIds = (count, seed) => Array.from({ length: count }, (_, n) => hex(`${seed}/${n}`));
/** Every beginning of the ids, in steps, and some that lead nowhere. */
const beginnings = (ids, step) => [
  ...new Set(
    ids.flatMap((id) =>
      [...id].map((_, at) => [...id].slice(0, at + 1).join("")).filter((_, at) => at % step === 0),
    ),
  ),
];

const chains = ["a", "ab", "abc", "abcd", "b", "ba", "c"];
const unicode = ["é", "éé", "héllo", "日本語", "日本", "𝒳1", "𝒳2", "𝒴", "e\u0301"];
const cases = [
  { title: "no ids", ids: [], prefixes: ["", "a", " "] },
  { title: "one id", ids: ["abc"], prefixes: ["", "a", "ab", "abc", "abcd", "b", "bc", "A"] },
  {
    title: "ids that begin one another",
    ids: chains,
    prefixes: [...beginnings(chains, 1), "", "d", "abcde", "bab"],
  },
  {
    title: "ids that the index cannot take",
    ids: ["with space", "with", "", " ", "x y", "xy", "\ttab", "line\nfeed", "nbsp\u00a0here"],
    prefixes: [
      "",
      " ",
      "w",
      "with",
      "with ",
      "with space",
      "x",
      "x y",
      "xy",
      "\t",
      "line",
      "line\n",
      "nbsp",
      "nbsp\u00a0",
    ],
  },
  { title: "an id that comes twice", ids: ["dup1", "dup1", "dup2"], prefixes: ["d", "dup", "dup1", "dup2"] },
  { title: "beyond ASCII", ids: unicode, prefixes: [...beginnings(unicode, 1), "𝒵", "日本語!", "\u0301"] },
  {
    title: "names of prototypes",
    ids: ["__proto__", "constructor", "toString"],
    prefixes: ["_", "__proto__", "c", "constructor", "hasOwnProperty", "to"],
  },
  {
    title: "numbers",
    ids: ["0", "00", "1", "10", "100", "-1"],
    prefixes: ["0", "00", "1", "10", "100", "-", "2"],
  },
  {
    title: "long ids with a long common beginning",
    ids: ["x", "y", "z"].map((last) => "p".repeat(300) + last + "q".repeat(100)),
    prefixes: [
      "p",
      "p".repeat(300),
      "p".repeat(300) + "x",
      "p".repeat(300) + "w",
      "p".repeat(301),
      "p".repeat(300) + "z" + "q".repeat(100),
    ],
  },
  {
    title: "3 random ids",
    ids: hexIds(3, "three"),
    prefixes: [...beginnings(hexIds(3, "three"), 1), hex("none")],
  },
  {
    title: "200 random ids",
    ids: hexIds(200, "many"),
    prefixes: [
      ...new Set(
        hexIds(200, "many").flatMap((id) => [
          id.slice(0, 1),
          id.slice(0, 2),
          id.slice(0, 3),
          id.slice(0, 12),
          id,
        ]),
      ),
      ...hexIds(20, "none").map((id) => id.slice(0, 4)),
    ],
  },
];

const CODES = {
  ErrEmptyPrefix: "ERR_EMPTY_PREFIX",
  ErrNotExist: "ERR_PREFIX_NOT_FOUND",
  ErrAmbiguousPrefix: "ERR_AMBIGUOUS_PREFIX",
};

function ask({ title, ids, prefixes }) {
  const folder = mkdtempSync(path.join(tmpdir(), "truncindex-vectors-"));
  try {
    const records = ids.map((id) => ({ id, image: "", layer: "", created: "2026-01-01T00:00:00Z" }));
    writeFileSync(path.join(folder, "containers.json"), JSON.stringify(records), { mode: 0o600 });
    const input = prefixes.map((prefix) => JSON.stringify({ op: "truncGet", prefix })).join("\n") + "\n";
    const peer = spawnSync(path.join(home, "bin", "peer"), ["drive", "--dir", folder], {
      input,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (peer.status !== 0)
      throw new Error(`${title}: the peer ended with ${peer.status}: ${peer.stderr}${peer.stdout}`);
    const replies = peer.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    if (replies.length !== prefixes.length)
      throw new Error(`${title}: ${replies.length} replies to ${prefixes.length} requests`);
    const answers = replies.map((reply, at) => {
      if (reply.ok) return [prefixes[at], { id: reply.value }];
      const code = CODES[reply.error];
      if (code === undefined) throw new Error(`${title}: unexpected reply ${JSON.stringify(reply)}`);
      return [prefixes[at], { code }];
    });
    return { title, ids, answers };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const made = cases.map(ask);
writeFileSync(
  new URL("vectors.json", import.meta.url),
  JSON.stringify(
    {
      madeBy: "make-vectors.mjs, from containers/storage truncindex 1.57.2 (NewTruncIndex, Get)",
      cases: made,
    },
    undefined,
    1,
  ) + "\n",
);
console.log(`${made.length} cases, ${made.reduce((sum, each) => sum + each.answers.length, 0)} answers`);
