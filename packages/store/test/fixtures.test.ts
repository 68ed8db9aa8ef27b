import { type Fixture, goldenFixtures } from "@stowage/fixtures";
import { describe, expect, it } from "vitest";
import { extraFixtures } from "./support/extra-fixtures.ts";
import { intendedDifferences, intendedDifferencesOfExtra } from "./support/improvements.ts";
import { type Difference, replay } from "./support/replay.ts";

/** `ab*` for abababab…: ids and long keys in paths; times in names left out. */
const shortened = (text: string): string =>
  text.replace(/(.{1,4}?)\1{15,}/g, "$1*").replace(/(stowage-backup-).*$/, "$1…");

function places(differences: readonly Difference[]): { replies: number[]; others: string[] } {
  const replies: number[] = [];
  const others: string[] = [];
  for (const { where } of differences) {
    if (where.startsWith("reply ")) replies.push(Number(where.slice("reply ".length)));
    else others.push(shortened(where.replace(/^store\//, "")));
  }
  return { replies, others };
}

const untilDifferent = (text: string, other: string): string => {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  return text.slice(Math.max(0, at - 60), at + 160);
};

function compareAll(fixtures: readonly Fixture[], table: typeof intendedDifferences): void {
  const intended = new Map(table.map((row) => [row.fixture, row]));

  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))("%s", async (name, fixture) => {
    const differences = await replay(fixture);
    const { replies = [], others = [] } = intended.get(name) ?? {};
    const explained = differences
      .map(
        ({ where, ours, library }) =>
          `${where}\n  ours    …${untilDifferent(ours, library)}\n  library …${untilDifferent(library, ours)}`,
      )
      .join("\n");
    expect(places(differences), explained).toEqual({ replies, others });
  });

  it("are all that the table of differences names", () => {
    const names = new Set(fixtures.map(({ name }) => name));
    expect([...intended.keys()].filter((name) => !names.has(name))).toEqual([]);
  });
}

describe("golden fixtures come out as in the library, but for the listed improvements", () => {
  compareAll(goldenFixtures(), intendedDifferences);
});

const extra = process.env["STOWAGE_EXTRA_FIXTURES"] ?? "";

// Only for whoever has such a collection: STOWAGE_EXTRA_FIXTURES leads to it.
if (extra !== "") {
  describe("another collection of fixtures, too", () => {
    compareAll(extraFixtures(extra), intendedDifferencesOfExtra);
  });
}
