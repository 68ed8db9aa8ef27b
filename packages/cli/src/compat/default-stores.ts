import path from "node:path";

/** Where the user's own store lies when the command line does not say. */
export interface DefaultStores {
  readonly graphRoot: string;
  readonly runRoot: string;
  /** "" where the driver is to be found on disk. */
  readonly driver: string;
  readonly driverOptions: readonly string[];
}

/** What it depends on; handed in, so that the rule can be tried without any. */
export interface DefaultsFrom {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly uid: number;
}

/** The store of root, or of the user, by the rules of containers/storage without a storage.conf. */
export function defaultStores({ env, home, uid }: DefaultsFrom): DefaultStores {
  const driver = env["STORAGE_DRIVER"] ?? "";
  const driverOptions = (env["STORAGE_OPTS"] ?? "").split(",").filter((option) => option !== "");
  if (uid === 0) {
    const [graphRoot, runRoot] = ["/var/lib/containers/storage", "/run/containers/storage"];
    return { graphRoot, runRoot, driver, driverOptions };
  }
  const { XDG_DATA_HOME: dataHome = "", XDG_RUNTIME_DIR: runtime = "" } = env;
  const data = path.isAbsolute(dataHome) ? dataHome : path.join(home, ".local", "share");
  const run = path.isAbsolute(runtime) ? runtime : `/run/user/${uid}`;
  return {
    graphRoot: path.join(data, "containers", "storage"),
    runRoot: path.join(run, "containers"),
    driver,
    driverOptions,
  };
}
