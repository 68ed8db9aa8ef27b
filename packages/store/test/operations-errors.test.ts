import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ContainerStore,
  openContainerStore,
  StowageError,
  type StowageErrorDetails,
} from "../src/index.ts";
import { quickFolder } from "./support/quick-folder.ts";

const A = `aa${"0".repeat(62)}`;
const B = `aa${"1".repeat(62)}`;

interface Case {
  readonly code: string;
  /** What scripts look for, as the library words it. */
  readonly says?: string;
  readonly details?: StowageErrorDetails;
  readonly fails: (store: ContainerStore, dir: string) => Promise<unknown>;
}

const cases: Record<string, Case> = {
  "a container that there is not": {
    code: "ERR_CONTAINER_UNKNOWN",
    says: "container not known",
    details: { ref: "nobody" },
    fails: (store) => store.get("nobody"),
  },
  "the beginning of two ids": {
    code: "ERR_CONTAINER_UNKNOWN",
    says: "container not known",
    details: { ref: "aa", candidates: [A, B] },
    fails: (store) => store.setMetadata("aa", "x"),
  },
  "an id in use": {
    code: "ERR_DUPLICATE_ID",
    says: "that ID is already in use",
    details: { ref: A },
    fails: (store) => store.create({ id: A, names: ["new"] }),
  },
  "a name in use": {
    code: "ERR_DUPLICATE_NAME",
    says: "that name is already in use",
    details: { name: "one" },
    fails: (store) => store.create({ names: ["new", "one"] }),
  },
  "a name in use, for a rename": {
    code: "ERR_DUPLICATE_NAME",
    says: A,
    details: { name: "one" },
    fails: (store) => store.addNames(B, ["one"]),
  },
  "an id that is no file name": {
    code: "ERR_INVALID_ID",
    details: { ref: "a/b" },
    fails: (store) => store.create({ id: "a/b" }),
  },
  "an empty key": {
    code: "ERR_INVALID_BIG_DATA_NAME",
    says: "not a valid name for a big data item",
    details: { key: "" },
    fails: (store) => store.bigData(A, ""),
  },
  "a key that leads away": {
    code: "ERR_INVALID_BIG_DATA_NAME",
    says: "not a valid name for a big data item",
    details: { key: ".." },
    fails: (store) => store.setBigData(A, "..", "x"),
  },
  "an item that there is not": {
    code: "ERR_BIG_DATA_NOT_FOUND",
    says: "no such file or directory",
    details: { key: "missing", errno: "ENOENT" },
    fails: (store) => store.bigData(A, "missing"),
  },
  "the size of such an item": {
    code: "ERR_SIZE_UNKNOWN",
    says: "size is not known",
    details: { key: "missing" },
    fails: (store) => store.bigDataSize(A, "missing"),
  },
  "the digest of such an item": {
    code: "ERR_DIGEST_UNKNOWN",
    says: "could not compute digest of item",
    details: { key: "missing" },
    fails: (store) => store.bigDataDigest(A, "missing"),
  },
  "maps that overlap": {
    code: "ERR_INVALID_MAPPINGS",
    says: "invalid mappings specified",
    details: { conflicts: ["5:100:10"] },
    fails: (store) =>
      store.create({
        uidMap: [
          { containerId: 0, hostId: 0, size: 10 },
          { containerId: 5, hostId: 100, size: 10 },
        ],
      }),
  },
  "an empty prefix": {
    code: "ERR_EMPTY_PREFIX",
    fails: (store) => store.resolvePrefix(""),
  },
  "a prefix of none": {
    code: "ERR_PREFIX_NOT_FOUND",
    fails: (store) => store.resolvePrefix("b"),
  },
  "a prefix of two": {
    code: "ERR_AMBIGUOUS_PREFIX",
    fails: (store) => store.resolvePrefix("aa"),
  },
  "a filter that there is not": {
    code: "ERR_UNKNOWN_FILTER",
    fails: (store) => store.list({ filter: "status=running" }),
  },
  "a pattern that is none": {
    code: "ERR_INVALID_FILTER",
    fails: (store) => store.list({ filter: { name: "(" } }),
  },
  "an order that there is not": {
    code: "ERR_INVALID_SORT",
    fails: (store) => store.list({ sort: "age" as "name" }),
  },
  "a store that is not there": {
    code: "ERR_STORE_NOT_FOUND",
    fails: (_, dir) => openContainerStore({ dir: path.join(dir, "missing"), readOnly: true }),
  },
  "a file in the place of the store": {
    code: "ERR_IO",
    fails: (_, dir) => openContainerStore({ dir: path.join(dir, "containers.json") }),
  },
  "a folder in the way of a file": {
    code: "ERR_STORE_DAMAGED",
    fails: async (_, dir) => {
      await mkdir(path.join(dir, "inner", "containers.json"), { recursive: true });
      return await openContainerStore({ dir: path.join(dir, "inner") });
    },
  },
  "a file that cannot be understood": {
    code: "ERR_STORE_DAMAGED",
    details: { offset: 47, record: 2 },
    fails: async (_, dir) => {
      const inner = path.join(dir, "inner");
      await mkdir(inner);
      await writeFile(
        path.join(inner, "containers.json"),
        '[{"id":"a","created":"2025-03-04T05:06:07Z"},{ oops',
      );
      return await openContainerStore({ dir: inner });
    },
  },
};

describe.each(Object.entries(cases))("the error for %s", (_, { code, says, details, fails }) => {
  it(`is ${code}, and has what a program needs`, async () => {
    await using folder = await quickFolder();
    await using store = await openContainerStore({ dir: folder.path });
    await store.create({ id: A, names: ["one"] });
    await store.create({ id: B, names: ["two"] });
    const error: unknown = await fails(store, folder.path).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StowageError);
    const failure = error as StowageError;
    expect(failure.code).toBe(code);
    expect(failure.name).toBe("StowageError");
    expect(failure.details).toMatchObject(details ?? {});
    if (says !== undefined) expect(failure.message).toContain(says);
    expect(failure.message.length).toBeLessThan(500);
    expect(Object.isFrozen(failure.details)).toBe(true);
    expect((await store.list()).map(({ id, names }) => [id, ...names])).toEqual([
      [A, "one"],
      [B, "two"],
    ]);
  });
});

describe("the holder of a name", () => {
  it("is described so that one can find it", async () => {
    await using folder = await quickFolder();
    await using store = await openContainerStore({ dir: folder.path });
    for (const volatile of [false, true]) {
      const { id, created } = await store.create({
        names: [`n-${volatile}`, "x".repeat(Number(volatile))],
        volatile,
      });
      await expect(store.create({ names: [`n-${volatile}`] })).rejects.toMatchObject({
        details: {
          holder: {
            id,
            created,
            names: [`n-${volatile}`, "x".repeat(Number(volatile))],
            path: volatile ? "volatile-containers.json" : "containers.json",
          },
        },
      });
    }
  });
});
