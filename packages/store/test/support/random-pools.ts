import type { SeededRandom } from "@stowage/test-kit";
import { bigDataFile } from "../../src/model/big-data-file.ts";

/** What a sequence plays with: few of each, so that they collide. */
export interface Pools {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly layers: readonly string[];
  readonly keys: readonly string[];
  readonly texts: readonly string[];
}

const ODD = [
  "",
  " ",
  "a b",
  "__proto__",
  "constructor",
  "toString",
  "é",
  "日本",
  "😀",
  "\u{1D11E}x",
  "<b>&amp;</b>",
  "\u2028\u2029",
  "\b\f\n\r\t",
  "\u0000nul",
  "\ud800lone",
  "lone\udc00",
  "\ufffd",
  "\ufeffbom",
  'quote"back\\slash/',
  "A",
  "aA",
  "0",
  "-",
  "..",
  "../x",
  "a/b",
  "x".repeat(100),
];

const KEYS = [
  "config.json",
  "MyData",
  "endsinA",
  "é",
  "héllo",
  "x y",
  "k",
  "k2",
  "=TXlEYXRh",
  "A",
  "",
  ...ODD,
];

/** Keys with which we mean to differ have tests of their own. */
const isAgreedKey = (key: string): boolean => {
  if (key === "") return true;
  const file = bigDataFile(key.toWellFormed());
  return file !== undefined && file.writable && file.components.length === 1;
};

/** Ids that the library would follow out of the store, and file names that are the store's own, have tests of their own. */
const IDS = [
  "a",
  "ab",
  "abc",
  "a b",
  "abcdef",
  "A",
  "__proto__",
  "constructor",
  "é",
  "\ud800x",
  "😀",
  "0",
  "x".repeat(200),
];

export function pools(random: SeededRandom): Pools {
  const hex = (): string => Buffer.from(random.bytes(32)).toString("hex");
  const some = <T>(from: readonly T[], count: number): T[] => random.shuffled(from).slice(0, count);
  const first = hex();
  const ids = [first, `${first.slice(0, 20)}${hex().slice(20)}`, hex(), ...some(IDS, 3)];
  return {
    ids,
    names: [
      ...some(["web", "db", "cache", "one", "two"], 3),
      ...some(ODD, 3),
      random.pick(ids),
      random.pick(ids).slice(0, 5),
    ],
    layers: ["", "layer-1", "layer-2", ...some(ODD, 1), random.pick(ids)],
    keys: [...some(KEYS.filter(isAgreedKey), 4), "k", "MyData", ...(random.chance(0.3) ? [""] : [])],
    texts: [...some(ODD, 4), "text"],
  };
}
