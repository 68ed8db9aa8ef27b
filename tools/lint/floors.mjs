/*
 * The floors of the house (ARCHITECTURE.md). `turbo boundaries` keeps the packages apart; these rules
 * keep the folders inside of a package in order: a file imports from its own floor's folder and from
 * lower floors, never upwards or sideways.
 */

/** The folders of packages/store/src, from the ground up; those in one row do not know each other. */
const storeFloors = [
  ["model"],
  ["codec"],
  ["catalog", "images", "records"],
  ["query"],
  ["persistence"],
  ["operations", "health"],
  ["portable"],
];

/** Files of calculation: no disk, no clock, no chance, unless it is handed in. */
const pureFiles = [
  ...["model", "codec", "catalog", "images", "records", "query"].map(
    (folder) => `packages/store/src/${folder}/**/*.ts`,
  ),
  ...["fair-queue", "last-write"].map((file) => `packages/lockfile/src/${file}.ts`),
  "packages/truncindex/src/trunc-index.ts",
];

const impureModules = [
  ...["fs", "fs/promises", "child_process", "net", "os", "worker_threads", "timers/promises"].map((name) => ({
    name: `node:${name}`,
    message: "This file is pure: what it needs from the system is handed in (ARCHITECTURE.md).",
  })),
  {
    name: "node:crypto",
    importNames: [
      "randomBytes",
      "randomInt",
      "randomUUID",
      "randomFill",
      "randomFillSync",
      "getRandomValues",
      "webcrypto",
    ],
    message: "This file is pure: chance is handed in (ARCHITECTURE.md).",
  },
];

const acrossPackages = {
  regex: "^(\\.\\./)+(packages|tools)/|^(\\.\\./)+(atomic-file|cli|live|lockfile|store|truncindex|ui)/",
  message: "Another package is imported by its name, never by its path.",
};

function upwards(folder, forbidden) {
  return {
    regex: `^(\\.\\./)+(${forbidden.join("|")})/`,
    message: `${folder} stands below or beside that: imports run downwards only (ARCHITECTURE.md).`,
  };
}

/** Everything that files of the folder on that floor may not import. */
function forbiddenTo(folder, floor) {
  return storeFloors.flatMap((row, other) => (other < floor ? [] : row.filter((name) => name !== folder)));
}

function restrictions({ paths = [], patterns = [] }) {
  return { "no-restricted-imports": ["error", { paths, patterns: [acrossPackages, ...patterns] }] };
}

const isPure = (folder) => pureFiles.includes(`packages/store/src/${folder}/**/*.ts`);

const floorRules = storeFloors.flatMap((row, floor) =>
  row.map((folder) => ({
    name: `stowage/floor-${folder}`,
    files: [`packages/store/src/${folder}/**/*.ts`],
    rules: restrictions({
      paths: isPure(folder) ? impureModules : [],
      patterns: [
        ...(forbiddenTo(folder, floor).length > 0 ? [upwards(folder, forbiddenTo(folder, floor))] : []),
        {
          regex: "^(\\.\\./)+(store|index)\\.ts$",
          message: "The facade stands on everything; nothing stands on it.",
        },
      ],
    }),
  })),
);

/** The configuration for eslint: an array of flat configs, without a parser. */
export const floors = [
  {
    name: "stowage/packages",
    files: ["packages/**/*.ts", "packages/**/*.tsx", "tools/**/*.ts"],
    rules: restrictions({}),
  },
  {
    name: "stowage/ui-page",
    files: ["packages/ui/src/page/**/*.ts", "packages/ui/src/page/**/*.tsx", "packages/ui/src/protocol.ts"],
    rules: restrictions({
      patterns: [
        {
          regex: "^node:|^@stowage/|/server/",
          message: "The page runs in a browser; what it shares with the server is protocol.ts.",
        },
      ],
    }),
  },
  ...floorRules,
  {
    name: "stowage/pure-files",
    files: pureFiles.filter((pattern) => !pattern.startsWith("packages/store")),
    rules: restrictions({ paths: impureModules }),
  },
  {
    name: "stowage/no-clock-no-chance",
    files: pureFiles,
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "This file is pure: the time is handed in." },
        { object: "performance", property: "now", message: "This file is pure: the time is handed in." },
        { object: "Math", property: "random", message: "This file is pure: chance is handed in." },
        { object: "process", property: "hrtime", message: "This file is pure: the time is handed in." },
      ],
      "no-restricted-globals": ["error", "crypto", "setTimeout", "setInterval", "setImmediate"],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "This file is pure: the time is handed in.",
        },
        { selector: "ImportExpression", message: "This file is pure: it loads nothing at run time." },
      ],
    },
  },
];
