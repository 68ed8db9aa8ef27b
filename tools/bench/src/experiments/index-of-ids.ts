import { generateId, TruncIndex } from "@stowage/truncindex";
import { Trie } from "mnemonist";
import type { GoLibrary } from "../contestants/go.ts";
import { type Contestant, takeTurns, timed, timedEach } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

const INNER = 2_000;

/** A trie with a map for each of the 64 digits takes a kilobyte and more for each id. */
const TRIE_LIMIT = 10_000;

export const indexOfIds: Experiment = {
  name: "index",
  rows: [
    { id: "indexBuild", title: "truncated index: build", of: "ids" },
    { id: "indexGet", title: "truncated index: get by 12 digits", of: "ids" },
    { id: "indexAdd", title: "truncated index: add", of: "ids" },
  ],
  method:
    "N random ids of 64 digits. `build` makes a new index of all; `get` and `add` are 2,000 calls in a turn, and what was " +
    "added is deleted again between the turns. npm: the trie of mnemonist, whose `find` gives all ids with a prefix; up to " +
    "10,000 ids, since it takes a map for each digit.",
  sizes: (run) => run,
  async measure({ go, effort }, n) {
    const ids = Array.from({ length: n }, () => generateId());
    const more = Array.from({ length: INNER }, () => generateId());
    const any = pick(ids);
    const next = pick(more);
    let index = new TruncIndex(ids);
    let trie = Trie.from(n <= TRIE_LIMIT ? ids : []);
    return await takeTurns(
      ["indexBuild", "indexGet", "indexAdd"],
      n,
      present<Contestant>([
        {
          who: "stowage",
          steps: {
            indexBuild: () => timed(() => (index = new TruncIndex(ids))),
            indexGet: () => timedEach(INNER, () => index.get(any().slice(0, 12))),
            indexAdd: async () => {
              const ns = await timedEach(INNER, () => index.add(next()));
              for (const id of more) index.delete(id);
              return ns;
            },
          },
        },
        go === undefined ? undefined : goIndex(go, n),
        n > TRIE_LIMIT
          ? undefined
          : {
              who: "npm",
              steps: {
                indexBuild: () => timed(() => (trie = Trie.from(ids))),
                indexGet: () => timedEach(INNER, () => trie.find(any().slice(0, 12))),
                indexAdd: async () => {
                  const ns = await timedEach(INNER, () => trie.add(next()));
                  for (const id of more) trie.delete(id);
                  return ns;
                },
              },
            },
      ]),
      effort(n),
    );
  },
};

function pick(ids: readonly string[]): () => string {
  let at = 0;
  return () => ids[(at += 7919) % ids.length]!;
}

function goIndex(go: GoLibrary, n: number): Contestant {
  return {
    who: "go",
    steps: {
      indexBuild: () => go.once("indexBuild", { n }),
      indexGet: () => go.once("indexGet", { n, inner: INNER }),
      indexAdd: () => go.once("indexAdd", { n, inner: INNER }),
    },
  };
}
