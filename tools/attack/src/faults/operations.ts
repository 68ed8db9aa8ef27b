import type { Request } from "./batch-program.ts";

/** A request that meets faults, and how to come back to the state of before. */
export interface FaultyOperation {
  readonly name: string;
  readonly request: Request;
  /** Brings a store in which it was done back to the state of before; not needed for what only reads. */
  readonly undo: readonly Request[];
  /** Another process changes the store before, so that the files are read again. */
  readonly afterForeignWrite?: boolean;
}

export const IDS = ["web", "volatile", "new"] as const;
export const ITEMS = ["config.json", "=TXlEYXRh", "log"] as const;

const base64 = (letter: string, size: number): string => Buffer.alloc(size, letter).toString("base64");
const items = [
  { key: "config.json", base64: base64("c", 900) },
  { key: "MyData", base64: base64("d", 70_000) },
];
const web: Request = { op: "create", id: "web", names: ["www"], metadata: "m", bigData: items };

/** What the store has when a fault comes. */
export const BASELINE: readonly Request[] = [
  web,
  { op: "create", id: "volatile", names: ["v"], volatile: true },
];

export const OPERATIONS: readonly FaultyOperation[] = [
  {
    name: "create",
    request: { op: "create", id: "new", names: ["n"], bigData: items },
    undo: [{ op: "delete", id: "new" }],
  },
  {
    name: "create volatile",
    request: { op: "create", id: "new", volatile: true },
    undo: [{ op: "delete", id: "new" }],
  },
  {
    name: "replace an item",
    request: { op: "setBigData", id: "web", key: "config.json", base64: base64("e", 1_200) },
    undo: [{ op: "setBigData", id: "web", key: "config.json", base64: items[0]?.base64 }],
  },
  {
    name: "replace an item by one of the same record",
    request: { op: "setBigData", id: "web", key: "config.json", base64: items[0]?.base64 },
    undo: [],
  },
  {
    name: "set metadata",
    request: { op: "setMetadata", id: "web", metadata: "other" },
    undo: [{ op: "setMetadata", id: "web", metadata: "m" }],
    afterForeignWrite: true,
  },
  {
    name: "take a name across the files",
    request: { op: "addNames", id: "volatile", names: ["www"] },
    undo: [
      { op: "setNames", id: "web", names: ["www"] },
      { op: "setNames", id: "volatile", names: ["v"] },
    ],
  },
  {
    name: "take a name away",
    request: { op: "removeNames", id: "web", names: ["www"] },
    undo: [{ op: "setNames", id: "web", names: ["www"] }],
  },
  { name: "delete", request: { op: "delete", id: "web" }, undo: [web] },
  { name: "delete all", request: { op: "wipe" }, undo: BASELINE },
  { name: "collect garbage", request: { op: "gc" }, undo: [] },
  { name: "get", request: { op: "get", id: "web" }, undo: [], afterForeignWrite: true },
  { name: "read an item", request: { op: "bigData", id: "web", key: "MyData" }, undo: [] },
];

const ALL = ["ENOSPC", "EIO", "EDQUOT", "EACCES", "EMFILE", "EINTR"];
const LOOK = ["EIO"];

/** Calls that fail, and how. One call each: strace counts each kind of call for itself. */
export const FAULTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["openat", ALL],
  ["write", ALL],
  ["pwrite64", ALL],
  ["writev", ALL],
  ["fsync", ALL],
  ["fdatasync", ALL],
  ["rename", ALL],
  ["mkdir", ALL],
  ["unlink", ALL],
  ["rmdir", ["EIO"]],
  ["close", ALL],
  // The addon reports a text, and has none for EDQUOT, which no lock has ever met.
  ["fcntl", ALL.filter((error) => error !== "EDQUOT")],
  ["link", ["EIO", "ENOSPC", "EPERM"]],
  ["read", LOOK],
  ["pread64", LOOK],
  ["statx", LOOK],
]);
