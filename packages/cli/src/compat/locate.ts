import { existsSync } from "node:fs";
import path from "node:path";

import { ProgramError } from "../errors.ts";
import type { StoreLocation } from "../store-location.ts";
import { InitializingError, NeedsRealProgram } from "./errors.ts";
import type { DefaultStores } from "./default-stores.ts";
import type { StoreValues } from "./store-flags.ts";

/** A store of a containers/storage tree, with what this face tells of it. */
export interface CompatLocation extends StoreLocation {
  readonly graphRoot: string;
  readonly runRoot: string;
  readonly driver: string;
  readonly runDir: string;
}

/** Drivers by the names that may be given, and the name that their folders have. */
const drivers: ReadonlyMap<string, string> = new Map([
  ["overlay", "overlay"],
  ["overlay2", "overlay"],
  ["aufs", "aufs"],
  ["btrfs", "btrfs"],
  ["zfs", "zfs"],
  ["vfs", "vfs"],
]);

/** Those that the real program takes because their folder is there. It never takes vfs unasked. */
const foundOnDisk = ["overlay", "aufs", "btrfs", "zfs"];

/**
 * The store that is meant. One root alone is completed by the default of the other; a driver that was not named is the
 * one whose folder lies in the graph root.
 *
 * Throws InitializingError where the real program would refuse, and NeedsRealProgram where it would choose a driver by
 * trying what the machine can do.
 */
export async function locate(
  values: StoreValues,
  defaults: () => Promise<DefaultStores>,
  around: { readonly cwd: string; readonly hasRealProgram: boolean },
): Promise<CompatLocation> {
  const namesNone = values.graphRoot === "" && values.runRoot === "";
  // Where nothing at all was named the defaults are in the values already, unless they could not be found.
  const isDefault = namesNone && values.driver === "" && values.driverOptions.length === 0;
  if (namesNone && !isDefault) {
    throw new InitializingError("no storage runroot or graphroot specified: missing necessary StoreOptions");
  }
  const isMissing = values.graphRoot === "" || values.runRoot === "";
  const other = isMissing ? await found(defaults) : values;
  const graphRoot = path.resolve(around.cwd, values.graphRoot || other.graphRoot);
  const runRoot = path.resolve(around.cwd, values.runRoot || other.runRoot);
  const driver =
    values.driver === "" ? driverOnDisk(graphRoot, around.hasRealProgram) : drivers.get(values.driver);
  if (driver === undefined) {
    const graph = `GetDriver graph ${values.driver} ${graphRoot}`;
    throw new InitializingError(`failed to ${graph}: driver not supported`, `Failed to ${graph}`);
  }
  const folder = `${driver}-containers`;
  return {
    graphRoot,
    runRoot,
    driver,
    dir: path.join(graphRoot, folder),
    runDir: path.join(runRoot, folder),
    transient: values.transientStore,
  };
}

async function found(defaults: () => Promise<DefaultStores>): Promise<DefaultStores> {
  try {
    return await defaults();
  } catch (error) {
    if (error instanceof ProgramError) throw new InitializingError(error.message);
    throw error;
  }
}

function driverOnDisk(root: string, hasRealProgram: boolean): string {
  const found = foundOnDisk.filter((driver) => existsSync(path.join(root, driver)));
  const there = existsSync(path.join(root, "vfs")) ? [...found, "vfs"] : found;
  const [first] = found;
  if (first !== undefined && there.length > 1) {
    throw new InitializingError(
      `${root} contains several valid graphdrivers: ${there.join(", ")}; Please cleanup or explicitly choose storage driver (-s <DRIVER>)`,
    );
  }
  if (first !== undefined) return first;
  if (!hasRealProgram && there.length > 0) return "vfs";
  throw new NeedsRealProgram(`finding a storage driver for ${root}, as none is named with --storage-driver`);
}
