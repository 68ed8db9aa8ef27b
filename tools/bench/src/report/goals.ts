import { LOOP_OPERATIONS, loopRow } from "../experiments/event-loop.ts";
import { MIB } from "../experiments/experiment.ts";
import type { Who } from "../measure/figure.ts";

/** What a row should come to. `at` says how much, by size; sizes that are not in it have no such goal. */
export type Goal = { readonly row: string } & (
  | { readonly kind: "faster than"; readonly than: Who; readonly at: (n: number) => number | undefined }
  | {
      readonly kind: "at most times";
      readonly than: Who;
      readonly at: (n: number) => number | undefined;
      readonly thanRow?: string;
    }
  | { readonly kind: "at most"; readonly unit: "ms" | "MiB"; readonly at: (n: number) => number | undefined }
  /** The largest size against the smallest. */
  | { readonly kind: "flat"; readonly times: number }
);

type Table = Readonly<Record<number, number>>;
const table =
  (values: Table) =>
  (n: number): number | undefined =>
    values[n];
const always = (value: number) => (): number => value;
const from =
  (least: number, value: number, below?: number) =>
  (n: number): number | undefined =>
    n >= least ? value : below;

const faster = (row: string, at: (n: number) => number | undefined): Goal => ({
  row,
  kind: "faster than",
  than: "go",
  at,
});
const floor = (row: string, at: (n: number) => number | undefined): Goal => ({
  row,
  kind: "at most times",
  than: "raw",
  at,
});

/** A look into a large table misses the caches of the processor more often than into a small one. */
const FLAT = 1.5;
/** What a logarithm comes to from 100 to 100,000. */
const LOGARITHMIC = 2.5;

export const goals: readonly Goal[] = [
  ...["create", "setMetadata", "delete"].flatMap((row) => [
    faster(row, table({ 100: 1, 1_000: 2.5, 10_000: 4, 100_000: 6 })),
    floor(row, table({ 100: 1.6, 1_000: 1.5, 10_000: 1.25, 100_000: 1.15 })),
  ]),
  ...["createVolatile", "deleteVolatile"].flatMap((row) => [faster(row, always(1)), floor(row, always(1.6))]),
  faster("burst", table({ 10_000: 200 })),
  faster("reload", table({ 10_000: 25, 100_000: 40 })),
  floor("reload", table({ 10_000: 4, 100_000: 4 })),
  faster("coldOpen", from(1_000, 2, 1)),
  faster("list", table({ 10_000: 100 })),
  ...["getId", "getName", "getPrefix"].flatMap((row): Goal[] => [
    faster(row, always(1)),
    { row, kind: "flat", times: FLAT },
  ]),
  ...["indexBuild", "indexGet", "indexAdd"].map((row) => faster(row, table({ 100_000: 5 }))),
  ...["indexGet", "indexAdd"].map((row): Goal => ({ row, kind: "flat", times: LOGARITHMIC })),
  ...["atomicWriteSynced", "atomicWriteUnsynced"].map((row) => faster(row, always(1))),
  ...["bigDataIn", "bigDataOut"].map((row) => floor(row, always(1 / 0.9))),
  ...["bigDataInMemory", "bigDataOutMemory"].map((row): Goal => ({
    row,
    kind: "at most",
    unit: "MiB",
    at: from(MIB, 32),
  })),
  {
    row: "memorySteady",
    kind: "at most times",
    than: "raw",
    thanRow: "memoryFile",
    at: table({ 100_000: 3 }),
  },
  { row: "memoryPeak", kind: "at most times", than: "raw", thanRow: "memoryFile", at: table({ 100_000: 4 }) },
  { row: "program", kind: "at most times", than: "node", at: table({ 1: 1.25 }) },
  faster("program", table({ 10_000: 1 })),
  ...LOOP_OPERATIONS.map((operation): Goal => ({
    row: loopRow(operation),
    kind: "at most",
    unit: "ms",
    at: table({ 10_000: 50, 100_000: 250 }),
  })),
];
