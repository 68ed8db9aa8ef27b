import type { SeededRandom } from "@stowage/test-kit";
import { HOSTILE_TEXTS, hostileValue } from "./hostile-json.ts";

const SOURCES = [
  '".tmp-x"',
  '".tmp-containers.json1"',
  '".tmp-../../victim/precious"',
  '"../victim/precious"',
  '"/etc/passwd"',
  '""',
];
const FILES = ['"stable"', '"volatile"', '"item"', '"../victim"', '"__proto__"'];
const IDENTITIES = ['"none"', '"1:2:1700000000000"', '"1:2:3:4"', '""'];
const IDS = [`"${"a0".repeat(32)}"`, '"../victim"', '"a"'];
const KEYS = ['"k"', '"../precious"', '"=Pz8"', '"????>>>"'];

const pick = (random: SeededRandom, usual: readonly string[]): string => {
  if (random.chance(0.85)) return random.pick(usual);
  return random.chance() ? `"${random.pick(HOSTILE_TEXTS)}"` : hostileValue(random);
};

function step(random: SeededRandom): string {
  const target = `{"file":${pick(random, FILES)},"id":${pick(random, IDS)},"key":${pick(random, KEYS)}}`;
  const identities = `"before":${pick(random, IDENTITIES)},"after":${pick(random, IDENTITIES)}`;
  return `{"target":${target}${random.chance(0.7) ? `,"from":${pick(random, SOURCES)}` : ""},${identities}}`;
}

/** A journal of a commit that nobody made, and that wants other files put in place or taken away. */
export function hostileJournal(random: SeededRandom): string {
  if (random.chance(0.02)) return "[".repeat(100_000);
  const steps = Array.from({ length: random.integer(5) }, () => step(random)).join(",");
  return `{"version":${random.chance(0.9) ? "1" : hostileValue(random)},"steps":[${steps}]}`;
}
