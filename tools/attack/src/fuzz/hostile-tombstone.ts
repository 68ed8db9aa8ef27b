import type { SeededRandom } from "@stowage/test-kit";
import { HOSTILE_TEXTS, hostileValue } from "./hostile-json.ts";

const IDS = ["a0".repeat(32), "d3".repeat(32), "../victim", "..", "link-a", ""];

/** The names of a folder that calls containers deleted which are none, or lead away; mostly well-formed. */
export function hostileTombstone(random: SeededRandom): string[] {
  const id = (): string => JSON.stringify(random.chance(0.8) ? random.pick(IDS) : random.pick(HOSTILE_TEXTS));
  const or = (usual: string): string => (random.chance(0.9) ? usual : hostileValue(random));
  const ids = or(random.chance(0.3) ? '"all"' : `[${id()},${id()}]`);
  const identity = (): string => or(random.pick(['"none"', '"1:2:3"']));
  const text = `{"version":1,"ids":${ids},"bearer":${or(id())},"stable":${identity()},"volatile":${identity()}}`;
  // Now and then as deep as it is long, below and above the longest that is read.
  const deep = random.chance(0.02) ? "[".repeat(random.integer(400_000)) : undefined;
  const bytes = Buffer.from(deep ?? text.slice(0, 4000));
  const names: string[] = [];
  for (let start = 0; start < bytes.length; start += 165) {
    const number = String(names.length).padStart(4, "0");
    names.push(`.stowage-tombstone-${number}-${bytes.toString("base64url", start, start + 165)}`);
  }
  return random.chance(0.95) ? names : names.slice(1);
}
