import path from "node:path";

import { UsageError } from "./errors.ts";

/** How the command line says which store is meant. */
export interface LocationOptions {
  readonly dir?: string | undefined;
  readonly runDir?: string | undefined;
  readonly transient?: boolean | undefined;
  readonly graphRoot?: string | undefined;
  readonly driver?: string | undefined;
  readonly runRoot?: string | undefined;
}

/** What it needs to know of its surroundings; handed in, so that the rule can be tested without any. */
export interface LocationSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Current folder: relative paths are meant from here. */
  readonly cwd: string;
  /** Names of the folders inside `root`; empty when there is no such folder. */
  readonly foldersIn: (root: string) => readonly string[];
}

/** Where the store is; absolute paths. */
export interface StoreLocation {
  readonly dir: string;
  readonly runDir: string | undefined;
  readonly transient: boolean;
}

const containersSuffix = "-containers";

/**
 * Finds the store that is meant: `--graph-root` names a containers/storage tree
 * and needs its driver, `--dir` names the store itself; without either it is
 * $STOWAGE_DIR, else $XDG_DATA_HOME/stowage/containers, else
 * ~/.local/share/stowage/containers.
 *
 * Throws UsageError when the options contradict each other or leave it open.
 */
export function locateStore(options: LocationOptions, surroundings: LocationSurroundings): StoreLocation {
  const absolute = (file: string): string => path.resolve(surroundings.cwd, file);
  const transient = options.transient ?? false;
  const { graphRoot, runRoot } = options;

  if (graphRoot === undefined) {
    if (options.driver !== undefined) throw needsGraphRoot("--driver");
    if (runRoot !== undefined) throw needsGraphRoot("--run-root");
    const dir = absolute(nonEmpty("--dir", options.dir) ?? defaultDir(surroundings));
    const runDir = nonEmpty("--run-dir", options.runDir);
    if (transient && runDir === undefined) {
      throw new UsageError(
        "a transient store keeps its lock and volatile records in a run folder",
        "name one with --run-dir DIR",
      );
    }
    return { dir, runDir: runDir === undefined ? undefined : absolute(runDir), transient };
  }

  if (options.dir !== undefined) throw bothGiven("--dir");
  if (options.runDir !== undefined) throw bothGiven("--run-dir");
  const root = absolute(nonEmpty("--graph-root", graphRoot) ?? graphRoot);
  const driver = checkedDriver(options.driver) ?? onlyDriver(root, surroundings.foldersIn(root));
  if (transient && runRoot === undefined) {
    throw new UsageError(
      "a transient store keeps its lock and volatile records under the run root",
      "name it with --run-root DIR",
    );
  }
  const folder = driver + containersSuffix;
  const run = nonEmpty("--run-root", runRoot);
  return {
    dir: path.join(root, folder),
    runDir: run === undefined ? undefined : path.join(absolute(run), folder),
    transient,
  };
}

function defaultDir({ env, home }: LocationSurroundings): string {
  const chosen = env["STOWAGE_DIR"];
  if (chosen !== undefined && chosen !== "") return chosen;
  const dataHome = env["XDG_DATA_HOME"];
  // The XDG rule: a relative path there is invalid and counts as not given.
  const base =
    dataHome !== undefined && path.isAbsolute(dataHome) ? dataHome : path.join(home, ".local", "share");
  return path.join(base, "stowage", "containers");
}

/** The driver is one part of a path, never a path. */
export function isDriverName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text);
}

function checkedDriver(driver: string | undefined): string | undefined {
  if (driver === undefined) return undefined;
  if (!isDriverName(driver)) {
    throw new UsageError(
      `--driver ${JSON.stringify(driver)} is no name of a storage driver`,
      "name it as storage.conf does, for example overlay or vfs",
    );
  }
  return driver;
}

function onlyDriver(root: string, folders: readonly string[]): string {
  const drivers = folders
    .filter((folder) => folder.endsWith(containersSuffix) && folder.length > containersSuffix.length)
    .map((folder) => folder.slice(0, -containersSuffix.length))
    .sort();
  // A driver that was ever used has a folder of its own beside; containers/storage goes by that.
  const used = drivers.filter((driver) => folders.includes(driver));
  const [only, ...others] = used.length === 1 ? used : drivers;
  if (only === undefined) {
    throw new UsageError(
      `${root} holds no container store (no folder DRIVER${containersSuffix})`,
      "check the path, or name the driver with --driver NAME to begin one",
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `${root} holds the stores of several drivers: ${drivers.join(", ")}`,
      `name one with --driver, for example --driver ${only}`,
    );
  }
  return only;
}

function nonEmpty(option: string, value: string | undefined): string | undefined {
  if (value === "") throw new UsageError(`${option} is empty`, "name a folder");
  return value;
}

function needsGraphRoot(option: string): UsageError {
  return new UsageError(
    `${option} means nothing without --graph-root`,
    "name the containers/storage tree with --graph-root ROOT",
  );
}

function bothGiven(option: string): UsageError {
  return new UsageError(
    `${option} and --graph-root name two stores`,
    "give --dir for a store by itself, or --graph-root for one in a containers/storage tree",
  );
}
