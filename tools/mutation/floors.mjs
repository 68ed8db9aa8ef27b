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
