import { existsSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const store = (folder) => `packages/store/src/${folder}/**/*.ts`;
const storeTests = (folder) => `packages/store/test/${folder}/**/*.test.ts`;
const lockfile = (file) => `packages/lockfile/src/${file}.ts`;

/**
 * The pure floors (ARCHITECTURE.md): the code that is changed, and the tests that must notice. Only the tests
 * that stand beside a floor count for it, so that a floor is not held up by the tests of those above.
 */
export const floors = [
  { name: "model", mutate: [store("model")], tests: [storeTests("model")] },
  {
    name: "codec",
    mutate: [store("codec")],
    tests: [storeTests("codec"), "packages/store/test/salvage.test.ts"],
  },
  { name: "catalog", mutate: [store("catalog")], tests: [storeTests("catalog")] },
  { name: "records", mutate: [store("records")], tests: [storeTests("records")] },
  {
    name: "truncindex",
    mutate: ["packages/truncindex/src/**/*.ts"],
    tests: ["packages/truncindex/test/**/*.test.ts"],
  },
  {
    name: "lockfile",
    mutate: [
      ...["fair-queue", "last-write", "turn-clock", "pace"].map(lockfile),
      ...["proc-locks"].map((file) => lockfile(`protocols/${file}`)),
    ],
    tests: ["fair-queue", "last-write", "pure-rules"].map((name) => `packages/lockfile/test/${name}.test.ts`),
  },
];

/**
 * The floors that are asked for, all of them by default; of `FLOOR/FILE` only that file is changed.
 * Undefined when there is no such floor or file.
 */
export function chosenFloors(asked) {
  if (asked.length === 0) return floors;
  const chosen = new Map();
  for (const [name, ...file] of asked.map((each) => each.split("/"))) {
    const floor = floors.find((each) => each.name === name);
    if (floor === undefined) return undefined;
    const before = chosen.get(name)?.mutate ?? [];
    const mutate = file.length === 0 ? floor.mutate : filesOf(floor, `${file.join("/")}.ts`);
    if (mutate.length === 0) return undefined;
    chosen.set(name, { ...floor, mutate: [...before, ...mutate] });
  }
  return [...chosen.values()];
}

function filesOf({ mutate }, file) {
  const folders = mutate.map((pattern) => path.dirname(pattern.replace("/**/", "/")));
  return [...new Set(folders)]
    .map((folder) => path.posix.join(folder, file))
    .filter((place) => existsSync(path.join(root, place)));
}
