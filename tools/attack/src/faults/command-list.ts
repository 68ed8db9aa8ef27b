import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

export const IDS = ["web", "volatile", "new"];
export const ITEMS = ["config.json", "log"];

const SET_ITEM = ["data", "set", "web", "config.json", "-"];

/** What the store has when a fault comes. */
export const BASELINE: readonly (readonly string[])[] = [
  ["create", "--id", "web", "--name", "www", "--metadata", "m"],
  SET_ITEM,
  ["data", "set", "web", "log", "-"],
  ["create", "--id", "volatile", "--volatile"],
];

/** In the place of the file from which an import reads. */
export const ARCHIVE = "ARCHIVE";
/** A folder that belongs to no container. */
export const ORPHAN = "0a".repeat(32);

export interface FaultyCommand {
  readonly args: readonly string[];
  /** What it needs beside the baseline. */
  readonly prepare?: (dir: string) => Promise<unknown>;
  /** A program of ours in the place of the built one; it gets the folder. */
  readonly program?: string;
}

const command = (...args: string[]): FaultyCommand => ({ args });

/** Commands of which each is a process of its own. */
export const COMMANDS: readonly FaultyCommand[] = [
  command("create", "--id", "new", "--name", "n"),
  command("name", "add", "web", "more"),
  command("metadata", "set", "web", "other"),
  command("flag", "set", "web", "f", "1"),
  command(...SET_ITEM),
  command("rm", "web"),
  command("ls"),
  command("inspect", "web"),
  command("data", "get", "web", "config.json"),
  command("check"),
  { args: ["a transaction"], program: "transaction-command.ts" },
  command("data", "rm", "web", "config.json"),
  command("import", ARCHIVE),
  command("wipe", "--yes"),
  {
    args: ["gc"],
    prepare: async (dir) => {
      await mkdir(path.join(dir, ORPHAN), { mode: 0o700 });
      await writeFile(path.join(dir, ORPHAN, "config.json"), "nobody's", { mode: 0o600 });
    },
  },
  {
    args: ["repair", "--yes"],
    prepare: async (dir) => {
      const file = path.join(dir, "containers.json");
      await writeFile(file, `${(await readFile(file, "utf8")).slice(0, -1)},{"id":"cut`);
    },
  },
];
