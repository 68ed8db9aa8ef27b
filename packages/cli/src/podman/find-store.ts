import path from "node:path";

import { ProgramError, UsageError } from "../errors.ts";
import { isDriverName } from "../store-location.ts";
import { parseStorageConf } from "./storage-conf.ts";
import type { StorageConf } from "./storage-conf.ts";

/** What of the machine decides which store is podman's; handed in, so that the rule can be tested without any. */
export interface PodmanSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The user's number; 0 has the store of the system. */
  readonly uid: number;
  /** Undefined when there is no such file. */
  readonly read: (file: string) => Promise<string | undefined>;
  /** The place without links; as it was given where there is nothing. */
  readonly real: (place: string) => Promise<string>;
  /** Whether it is a folder that belongs to the user, and into which nobody else writes. */
  readonly isPrivate: (folder: string) => Promise<boolean>;
}

/** Where podman keeps this user's containers. */
export interface PodmanStore {
  readonly graphRoot: string;
  readonly runRoot: string;
  /** Undefined: the one that is found on disk. */
  readonly driver: string | undefined;
  readonly transient: boolean;
  /** See StorageConf. */
  readonly imageStore: string | undefined;
  readonly additionalImageStores: readonly string[];
}

const SYSTEM_FILE = "/usr/share/containers/storage.conf";
const OVERRIDE_FILE = "/etc/containers/storage.conf";
const SYSTEM_ROOTS = { graphRoot: "/var/lib/containers/storage", runRoot: "/run/containers/storage" };
const ROOTLESS_DRIVERS: ReadonlySet<string> = new Set(["btrfs", "overlay", "overlay2", "vfs"]);
const NOTHING: StorageConf = {
  driver: undefined,
  graphRoot: undefined,
  runRoot: undefined,
  rootlessStoragePath: undefined,
  transient: undefined,
  imageStore: undefined,
  additionalImageStores: [],
};

/**
 * Finds the store as podman does: as containers/storage `loadStoreOptions`, with
 * $CONTAINERS_STORAGE_CONF, $STORAGE_DRIVER and the XDG folders, for root and for
 * others. The folders need not exist. It makes none, which podman does.
 *
 * @throws UsageError when $CONTAINERS_STORAGE_CONF names no file; ProgramError ERR_STORAGE_CONF, also for
 * a driver that is no name of one
 */
export async function findPodmanStore(around: PodmanSurroundings): Promise<PodmanStore> {
  const { env, uid } = around;
  const system = await systemConf(around);
  const isPerUser = uid !== 0;
  const own = isPerUser ? await confAt(around, userFile(around)) : system;
  const defaults = isPerUser
    ? await rootlessDefaults(around, system)
    : { ...SYSTEM_ROOTS, driver: undefined };
  const conf = own ?? NOTHING;
  const graphRoot =
    conf.graphRoot ?? (isPerUser ? conf.rootlessStoragePath : undefined) ?? defaults.graphRoot;
  const driver = driverOf(
    filled(env["STORAGE_DRIVER"]) ?? (own === undefined ? defaults.driver : conf.driver),
  );
  return {
    graphRoot: await expanded(around, graphRoot),
    runRoot: await expanded(around, conf.runRoot ?? defaults.runRoot),
    driver,
    transient: conf.transient ?? false,
    imageStore: conf.imageStore,
    additionalImageStores: conf.additionalImageStores,
  };
}

function driverOf(named: string | undefined): string | undefined {
  if (named === undefined || isDriverName(named)) return named === "overlay2" ? "overlay" : named;
  throw new ProgramError(
    "ERR_STORAGE_CONF",
    `the driver that storage.conf or $STORAGE_DRIVER names, ${JSON.stringify(named)}, is no name of a storage driver`,
    { hint: "mend it, for example to overlay or vfs, or name the right one with --driver" },
  );
}

/** The file for the whole system. For users other than root $XDG_CONFIG_HOME may hold another in its place. */
async function systemConf(around: PodmanSurroundings): Promise<StorageConf> {
  const { env, uid } = around;
  const named = env["CONTAINERS_STORAGE_CONF"];
  if (named !== undefined) {
    const conf = await confAt(around, named);
    if (conf !== undefined) return conf;
    throw new UsageError(
      `CONTAINERS_STORAGE_CONF names ${JSON.stringify(named)}, and there is no such file`,
      "unset it, or let it name a storage.conf",
    );
  }
  const configHome = env["XDG_CONFIG_HOME"];
  const others = configHome === undefined ? [] : [path.join(configHome, "containers/storage.conf")];
  const files = [OVERRIDE_FILE, SYSTEM_FILE];
  for (const place of uid === 0 ? [...files, ...others] : [...others, ...files]) {
    const conf = await confAt(around, place);
    if (conf !== undefined) return conf;
  }
  return NOTHING;
}

function userFile({ env, home }: PodmanSurroundings): string {
  const named = env["CONTAINERS_STORAGE_CONF"];
  if (named !== undefined) return named;
  const configHome = filled(env["XDG_CONFIG_HOME"]) ?? path.join(home, ".config");
  return path.join(configHome, "containers/storage.conf");
}

async function rootlessDefaults(
  around: PodmanSurroundings,
  system: StorageConf,
): Promise<{ graphRoot: string; runRoot: string; driver: string | undefined }> {
  const { env, home } = around;
  const dataHome = filled(env["XDG_DATA_HOME"]) ?? path.join(home, ".local/share");
  const { driver, rootlessStoragePath } = system;
  return {
    graphRoot: rootlessStoragePath ?? path.join(dataHome, "containers/storage"),
    runRoot: path.join(await runtimeFolder(around), "containers"),
    driver: driver !== undefined && ROOTLESS_DRIVERS.has(driver) ? driver : undefined,
  };
}

/** As containers/storage `homedir.GetRuntimeDir`. */
async function runtimeFolder({ env, uid, isPrivate }: PodmanSurroundings): Promise<string> {
  const given = filled(env["XDG_RUNTIME_DIR"]);
  if (given !== undefined) return given;
  const usual = `/run/user/${uid}`;
  if (await isPrivate(usual)) return usual;
  return path.join(filled(env["TMPDIR"]) ?? "/tmp", `storage-run-${uid}`);
}

async function confAt({ read }: PodmanSurroundings, file: string): Promise<StorageConf | undefined> {
  const text = await read(file);
  return text === undefined ? undefined : await parseStorageConf(text, file);
}

/** `$UID`, `$NAME` and `${NAME}` as Go's `os.ExpandEnv` has them; then without links. */
async function expanded({ env, uid, real }: PodmanSurroundings, place: string): Promise<string> {
  const text = place
    .replaceAll("$UID", String(uid))
    .replaceAll(
      /\$(?:\{([^}]*)\}|(\w+))/g,
      (_, braced?: string, plain?: string) => env[braced ?? plain ?? ""] ?? "",
    );
  return await real(path.resolve(text));
}

const filled = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
