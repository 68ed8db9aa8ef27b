import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Catalog, holderOf } from "../../src/catalog/catalog.ts";
import { resolveConflicts } from "../../src/catalog/conflicts.ts";
import { violations } from "../../src/catalog/violations.ts";
import type { Container } from "../../src/model/container.ts";
import { makeContainer, withFields } from "../../src/model/containers.ts";
import { aContainer } from "./arbitraries.ts";

const container = (id: string, names: readonly string[], volatile = false): Container =>
  makeContainer({ id, names, volatile, created: "2024-01-02T03:04:05Z" });

/** The rules one by one: no record with an id that came before; a name belongs to the last that claims it. */
function naive(records: readonly Container[]): { list: Container[]; stable: boolean; volatile: boolean } {
  const list = records.filter((record, index) => records.findIndex(({ id }) => id === record.id) === index);
  const claims = list.flatMap((record) => [...new Set(record.names)].map((name) => ({ name, record })));
  const isContested = (record: Container, name: string): boolean =>
    claims.some((claim) => claim.name === name && claim.record !== record);
  const holder = (name: string): Container => claims.findLast((claim) => claim.name === name)!.record;
  const contested = claims.filter(({ name, record }) => isContested(record, name));
  return {
    list: list.map((record) => {
      const names = record.names.filter((name) => holder(name) === record);
      return names.length === record.names.length ? record : withFields(record, { names });
    }),
    stable: contested.some(({ record }) => !record.volatile),
    volatile: contested.some(({ record }) => record.volatile),
  };
}

describe("conflicts between records", () => {
  it("are resolved as the rules say", () => {
    let conflicts = 0;
    fc.assert(
      fc.property(fc.array(aContainer, { maxLength: 12 }), (records) => {
        const stable = records.filter((record) => !record.volatile);
        const volatile = records.filter((record) => record.volatile);
        const expected = naive([...stable, ...volatile]);
        const resolved = resolveConflicts(stable.map(holderOf), volatile.map(holderOf), holderOf);
        expect(resolved.entries.map((entry) => entry.container)).toEqual(expected.list);
        expect(resolved.stableInconsistent).toBe(expected.stable);
        expect(resolved.volatileInconsistent).toBe(expected.volatile);
        const seen = (isVolatile: boolean): number =>
          expected.list.filter((record) => record.volatile === isVolatile).length;
        expect(resolved.skipped).toEqual({
          stable: stable.length - seen(false),
          volatile: volatile.length - seen(true),
        });
        expect(violations(new Catalog(resolved.entries, holderOf))).toEqual([]);
        if (expected.stable || expected.volatile) conflicts += 1;
        // What was resolved has no conflict any more.
        const again = resolveConflicts(resolved.entries, [], holderOf);
        expect(again.entries).toEqual(resolved.entries);
        expect([again.stableInconsistent, again.volatileInconsistent]).toEqual([false, false]);
        expect(again.skipped).toEqual({ stable: 0, volatile: 0 });
      }),
      { numRuns: runs(500) },
    );
    expect(conflicts).toBeGreaterThan(runs(50));
  });

  it("leave the objects of all others alone", () => {
    const entries = [container("1", ["a"]), container("2", ["a", "b"]), container("3", ["c"])].map(holderOf);
    const resolved = resolveConflicts(entries, [], holderOf);
    expect(resolved.entries[0]!.container.names).toEqual([]);
    expect(resolved.entries[1]).toBe(entries[1]);
    expect(resolved.entries[2]).toBe(entries[2]);
  });

  it.each([
    ["within the stable file", false, false, [true, false]],
    ["within the volatile file", true, true, [false, true]],
    ["across both", false, true, [true, true]],
  ])("count for the loser's file as for the winner's: %s", (_, one, other, expected) => {
    const records = [container("1", ["n"], one), container("2", ["n"], other)];
    const resolved = resolveConflicts(
      records.filter(({ volatile }) => !volatile).map(holderOf),
      records.filter(({ volatile }) => volatile).map(holderOf),
      holderOf,
    );
    expect([resolved.stableInconsistent, resolved.volatileInconsistent]).toEqual(expected);
  });

  it("do not arise between a name and itself", () => {
    const entries = [holderOf(container("1", ["n", "n"]))];
    const resolved = resolveConflicts(entries, [], holderOf);
    const skipped = { stable: 0, volatile: 0 };
    expect(resolved).toEqual({ entries, stableInconsistent: false, volatileInconsistent: false, skipped });
    expect(resolved.entries[0]).toBe(entries[0]);
  });

  it("are resolved in little time when two records claim very many names", { tags: ["large"] }, () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `n${index}`);
    const records = [container("1", names), container("2", names), container("3", names)].map(holderOf);
    const resolved = resolveConflicts(records, [], holderOf);
    expect(resolved.entries.map((entry) => entry.container.names.length)).toEqual([0, 0, names.length]);
  });
});
