import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Catalog, type HasContainer, holderOf } from "../../src/catalog/catalog.ts";
import { assertCreatable, nameFrom, renamed, requireContainer } from "../../src/catalog/rules.ts";
import { violations } from "../../src/catalog/violations.ts";
import { StowageError } from "../../src/errors.ts";
import type { Container } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { applyNames } from "../../src/model/names.ts";
import { aContainer, aName, anId } from "./arbitraries.ts";
import { NaiveCatalog } from "./naive-catalog.ts";

const catalogOf = (...containers: Container[]): Catalog<HasContainer> =>
  new Catalog(containers.map(holderOf), holderOf);
const container = (id: string, fields: Partial<Container> = {}): Container =>
  makeContainer({ id, created: "2024-01-02T03:04:05Z", ...fields });
const NEW = { id: "new", names: [], uidMap: [], gidMap: [] };

function errorOf(work: () => unknown): StowageError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(StowageError);
    return error as StowageError;
  }
  throw new Error("it did not throw");
}

it("finds the smallest number with which a name is free", () => {
  const catalog = catalogOf(
    container("a", { names: ["web-1", "web-3", "1"] }),
    container("b", { names: ["web-2"] }),
  );
  expect(nameFrom(catalog, "web-{n}")).toBe("web-4");
  expect(nameFrom(catalog, "{n}")).toBe("2");
  expect(nameFrom(catalog, "db{n}x")).toBe("db1x");
});

describe("a container that must be there", () => {
  it("is given, or the error says that it is not known", () => {
    const catalog = catalogOf(container("abc"), container("abd"));
    expect(requireContainer(catalog, "abc").id).toBe("abc");
    const error = errorOf(() => requireContainer(catalog, "x"));
    expect(error.code).toBe("ERR_CONTAINER_UNKNOWN");
    expect(error.message).toBe(
      '"x" is no container\'s id, name, layer or unique beginning of an id: container not known',
    );
    expect(error.details).toEqual({ ref: "x" });
  });

  it("is named with its like when the prefix is ambiguous", () => {
    const error = errorOf(() => requireContainer(catalogOf(container("abc"), container("abd")), "ab"));
    expect(error.code).toBe("ERR_CONTAINER_UNKNOWN");
    expect(error.message).toBe('"ab" is the beginning of 2 ids, give more of it: container not known');
    expect(error.details).toEqual({ ref: "ab", candidates: ["abc", "abd"] });
    const many = Array.from({ length: 50 }, (_, index) => container(`a${index}`));
    const ofMany = errorOf(() => requireContainer(catalogOf(...many), "a"));
    expect(ofMany.message).toBe('"a" is the beginning of many ids, give more of it: container not known');
    expect(ofMany.details.candidates).toHaveLength(10);
  });

  it("is not quoted at length", () => {
    const error = errorOf(() => requireContainer(catalogOf(), "\n".repeat(10_000)));
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).not.toContain("\n");
    expect(error.details.ref).toHaveLength(10_000);
    const shown = (ref: string): string =>
      JSON.parse(errorOf(() => requireContainer(catalogOf(), ref)).message.split(" is no ")[0]!) as string;
    expect(shown("x".repeat(80))).toBe("x".repeat(80));
    expect(shown("y" + "x".repeat(80))).toBe(`y${"x".repeat(76)}...`);
  });
});

describe("a new container", () => {
  it.each([
    [
      "an id in use",
      { ...NEW, id: "old" },
      "ERR_DUPLICATE_ID",
      /^a container with the id old exists; .*: that ID is already in use$/,
    ],
    [
      "a name in use",
      { ...NEW, names: ["free", "taken"] },
      "ERR_DUPLICATE_NAME",
      /^the container name "taken" is already in use by old\. You have to remove that container to .*: that name is already in use$/,
    ],
    [
      "overlapping mappings",
      {
        ...NEW,
        uidMap: [
          { containerId: 0, hostId: 5, size: 2 },
          { containerId: 1, hostId: 9, size: 1 },
        ],
      },
      "ERR_INVALID_MAPPINGS",
      /UID and\/or GID mapping 1:9:1 conflicts with other mappings: invalid mappings specified$/,
    ],
    [
      "overlapping group mappings",
      {
        ...NEW,
        gidMap: [
          { containerId: 0, hostId: 5, size: 2 },
          { containerId: 7, hostId: 6, size: 1 },
        ],
      },
      "ERR_INVALID_MAPPINGS",
      /7:6:1/,
    ],
    [
      "many overlapping mappings",
      {
        ...NEW,
        uidMap: [0, 0, 0].map((hostId) => ({ containerId: 0, hostId, size: 1 })),
      },
      "ERR_INVALID_MAPPINGS",
      /mappings 0:0:1, 0:0:1 conflict with/,
    ],
  ])("is refused for %s", (_, wanted, code, message) => {
    const catalog = catalogOf(container("old", { names: ["taken"], volatile: true }));
    const error = errorOf(() => assertCreatable(catalog, wanted));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    if (code === "ERR_DUPLICATE_NAME") {
      expect(error.details).toEqual({
        name: "taken",
        holder: {
          id: "old",
          names: ["taken"],
          created: "2024-01-02T03:04:05Z",
          path: "volatile-containers.json",
        },
      });
    } else if (code === "ERR_INVALID_MAPPINGS") {
      expect(error.details.conflicts).toEqual(/mappings? (.*) conflict/.exec(error.message)![1]!.split(", "));
    } else {
      expect(error.details).toEqual({ ref: "old" });
    }
  });

  it("may have what nobody else has", () => {
    assertCreatable(catalogOf(container("old", { names: ["taken"] })), {
      ...NEW,
      names: ["free", "old", "old"],
    });
  });
});

describe("a change of names", () => {
  it("takes them from whoever has them, and leaves the store consistent", () => {
    const operations = fc.constantFrom("set" as const, "add" as const, "remove" as const);
    fc.assert(
      fc.property(
        fc.array(aContainer, { maxLength: 8 }),
        anId,
        fc.array(aName, { maxLength: 5 }),
        operations,
        (containers, id, given, operation) => {
          const before = new NaiveCatalog([]);
          for (const item of containers) if (before.isFree(item)) before.containers.push(item);
          const old = before.byId(id);
          fc.pre(old !== undefined);
          const catalog = catalogOf(...before.containers);
          const records = renamed(catalog, id, given, operation, "steal");
          const wanted = applyNames(old.names, given, operation);
          expect(records.at(-1)!.id).toBe(id);
          expect(records.at(-1)!.names).toEqual(wanted);
          for (const record of records) catalog.replace(record);
          expect(violations(catalog)).toEqual([]);
          for (const was of before.containers) {
            if (was.id === id) continue;
            const kept = was.names.filter((name) => !wanted.includes(name));
            expect(catalog.byId(was.id)!.names).toEqual(kept);
            // Nobody is written again for nothing.
            expect(records.some((record) => record.id === was.id)).toBe(kept.length < was.names.length);
          }
          const isTaken = before.containers.some(
            (was) => was.id !== id && was.names.some((name) => wanted.includes(name)),
          );
          const attempt = (): unknown =>
            renamed(catalogOf(...before.containers), id, given, operation, "error");
          if (isTaken) expect(errorOf(attempt).code).toBe("ERR_DUPLICATE_NAME");
          else expect(attempt()).toEqual(records);
        },
      ),
      { numRuns: runs(400) },
    );
  });

  it("takes little time when very many names are taken from one", { tags: ["large"] }, () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `n${index}`);
    const [loser, winner] = renamed(
      catalogOf(container("1", { names }), container("2")),
      "2",
      names,
      "set",
      "steal",
    );
    expect(loser!.names).toEqual([]);
    expect(winner!.names).toHaveLength(names.length);
  });

  it("needs a container that is there", () => {
    expect(errorOf(() => renamed(catalogOf(), "x", ["n"], "add", "steal")).code).toBe(
      "ERR_CONTAINER_UNKNOWN",
    );
  });
});
