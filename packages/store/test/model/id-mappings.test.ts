import { peer, runProcess, runs, temporaryFolder } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IdMapping } from "../../src/model/container.ts";
import { overlappingMappings } from "../../src/model/id-mappings.ts";

const aMapping: fc.Arbitrary<IdMapping> = fc.record({
  containerId: fc.integer({ min: -2, max: 14 }),
  hostId: fc.integer({ min: -2, max: 14 }),
  size: fc.integer({ min: -1, max: 6 }),
});
const shown = ({ containerId, hostId, size }: IdMapping): string => `${containerId}:${hostId}:${size}`;

/** Every number of every range, one by one. */
function naive(mappings: readonly IdMapping[]): string[] {
  const numbers = (start: unknown, size: unknown): number[] =>
    Array.from({ length: Math.max(0, Number(size)) }, (_, index) => Number(start) + index);
  const containers = new Set<number>();
  const hosts = new Set<number>();
  return mappings
    .filter(({ containerId, hostId, size }) => {
      const inside = numbers(containerId, size);
      const outside = numbers(hostId, size);
      const isTaken = inside.some((id) => containers.has(id)) || outside.some((id) => hosts.has(id));
      for (const id of inside) containers.add(id);
      for (const id of outside) hosts.add(id);
      return isTaken;
    })
    .map(shown);
}

describe("overlapping mappings", () => {
  it("are those of which a number was mapped before", () => {
    fc.assert(
      fc.property(fc.array(aMapping, { maxLength: 8 }), (mappings) => {
        expect(overlappingMappings(mappings)).toEqual(naive(mappings));
      }),
      { numRuns: runs(2_000) },
    );
  });

  it.each([
    [
      "apart",
      [
        [0, 10, 5],
        [5, 20, 5],
      ],
      [],
    ],
    [
      "the same container ids",
      [
        [0, 10, 5],
        [4, 20, 5],
      ],
      ["4:20:5"],
    ],
    [
      "the same host ids",
      [
        [0, 10, 5],
        [5, 14, 5],
      ],
      ["5:14:5"],
    ],
    [
      "both",
      [
        [0, 10, 5],
        [0, 10, 5],
        [1, 11, 1],
      ],
      ["0:10:5", "1:11:1"],
    ],
    [
      "at the end of the numbers",
      [
        [2n ** 63n - 2n, 0, 1],
        [2n ** 63n - 2n, 5, 1],
      ],
      ["9223372036854775806:5:1"],
    ],
    [
      "beyond exact numbers",
      [
        [2n ** 53n, 0, 1],
        [2n ** 53n + 1n, 5, 1],
      ],
      [],
    ],
  ] as const)("%s", (_, triples, expected) => {
    const mappings = triples.map(([containerId, hostId, size]) => ({ containerId, hostId, size }));
    expect(overlappingMappings(mappings)).toEqual(expected);
  });

  it("are found among very many", { tags: ["large"] }, () => {
    const many = Array.from({ length: 50_000 }, (_, index) => {
      const at = (index * 7_919) % 50_000;
      return { containerId: at * 2, hostId: at * 3, size: 2 };
    });
    expect(overlappingMappings(many)).toEqual([]);
    expect(overlappingMappings([...many, { containerId: 99_999, hostId: 0, size: 1 }])).toEqual([
      "99999:0:1",
    ]);
  });

  const { found, reason } = peer();
  it.skipIf(found === undefined)(
    `are those of the real library${reason === undefined ? "" : `: ${reason}`}`,
    async () => {
      const lists = fc.sample(fc.array(aMapping, { maxLength: 5 }), { numRuns: 500, seed: 42 });
      await using folder = await temporaryFolder();
      const requests = lists.flatMap((mappings, index) => [
        {
          op: "create",
          id: `c${index}`,
          image: "",
          layer: "",
          uidmap: mappings.map(({ containerId, hostId, size }) => ({
            container_id: containerId,
            host_id: hostId,
            size,
          })),
        },
        { op: "delete", id: `c${index}` },
      ]);
      const input = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
      const { stdout } = await runProcess(found!.peer, ["drive", "--dir", folder.path], { input });
      const replies = stdout
        .trimEnd()
        .split("\n")
        .filter((_, index) => index % 2 === 0);
      expect(replies).toHaveLength(lists.length);
      for (const [index, reply] of replies.entries()) {
        const { ok, message = "" } = JSON.parse(reply) as { ok: boolean; message?: string };
        const theirs = ok
          ? []
          : (/mappings? (.*) conflicts? with/.exec(message)?.[1]?.split(", ") ?? [message]);
        expect(overlappingMappings(lists[index]!), JSON.stringify(lists[index])).toEqual(theirs);
      }
    },
  );
});
