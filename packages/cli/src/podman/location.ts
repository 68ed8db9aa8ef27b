import { lstat, readFile, realpath } from "node:fs/promises";

import { errnoOf, fileError, UsageError } from "../errors.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { LocationOptions } from "../store-location.ts";
import { findPodmanStore } from "./find-store.ts";
import type { PodmanStore, PodmanSurroundings } from "./find-store.ts";

/** What else says which store is meant. */
const OTHERS = [
  ["dir", "--dir"],
  ["runDir", "--run-dir"],
  ["graphRoot", "--graph-root"],
  ["runRoot", "--run-root"],
  ["transient", "--transient"],
] as const satisfies readonly (readonly [keyof LocationOptions, string])[];

/**
 * The options that would name podman's store, for a command line with `--podman`;
 * others are given back as they are.
 *
 * @throws UsageError, ProgramError ERR_STORAGE_CONF, ERR_FILE
 */
export async function withPodmanStore(
  options: GlobalOptions,
  surroundings: { readonly env: Readonly<Record<string, string | undefined>>; readonly home: string },
): Promise<GlobalOptions> {
  if (options.podman !== true) {
    if (options.write === undefined) return options;
    throw new UsageError(
      "--write means nothing without --podman",
      "leave it out: other stores can be written to",
    );
  }
  for (const [member, option] of OTHERS) {
    if (options[member] === undefined) continue;
    throw new UsageError(`${option} and --podman both say which store is meant`, "use one of them");
  }
  if (options.readOnly === true && options.write === true) {
    throw new UsageError("--read-only and --write contradict each other", "use one of them");
  }
  const found = await findOnThisMachine(surroundings);
  return {
    ...options,
    graphRoot: found.graphRoot,
    runRoot: found.runRoot,
    driver: options.driver ?? found.driver,
    transient: found.transient,
    ...(options.write === true ? {} : { readOnly: true }),
  };
}

/** The store that podman would use for this user on this machine. @throws as `findPodmanStore`, ERR_FILE; UsageError where podman is not at home */
export async function findOnThisMachine(
  surroundings: Pick<PodmanSurroundings, "env" | "home">,
): Promise<PodmanStore> {
  const uid = process.geteuid?.();
  if (uid === undefined) {
    throw new UsageError("podman keeps no store on this system", "name one with --graph-root ROOT");
  }
  const { env, home } = surroundings;
  return await findPodmanStore({
    env,
    home,
    uid,
    read,
    real,
    isPrivate: (folder) => isPrivate(folder, uid),
  });
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return undefined;
    throw fileError("read", file, error);
  }
}

const real = (place: string): Promise<string> => realpath(place).catch(() => place);

async function isPrivate(folder: string, uid: number): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined);
  return stats?.isDirectory() === true && stats.uid === uid && (stats.mode & 0o722) === 0o700;
}
