import { ProgramError } from "../errors.ts";

/** What a storage.conf says of where containers are kept; what it leaves out is undefined. */
export interface StorageConf {
  readonly driver: string | undefined;
  readonly graphRoot: string | undefined;
  readonly runRoot: string | undefined;
  /** The graph root of users other than root. */
  readonly rootlessStoragePath: string | undefined;
  readonly transient: boolean | undefined;
  /** Where new images go instead of into the graph root. */
  readonly imageStore: string | undefined;
  /** Graph roots whose images can be read, too. */
  readonly additionalImageStores: readonly string[];
}

/**
 * Reads the text of a storage.conf. Texts that are empty count as left out, as
 * for containers/storage `ReloadConfigurationFile`; members that mean nothing
 * here are not looked at.
 *
 * @throws ProgramError for a file that is no TOML, or says something else than a text where one must be
 */
export async function parseStorageConf(text: string, file: string): Promise<StorageConf> {
  const { parse } = await import("smol-toml");
  let storage: unknown;
  try {
    ({ storage } = parse(text));
  } catch (error) {
    // Its text goes on with a picture of the place.
    const [what = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw damaged(file, `it is no TOML: ${what.replace(/^Invalid TOML document: /, "")}`);
  }
  const table = storage === undefined ? {} : storage;
  if (typeof table !== "object" || table === null || Array.isArray(table)) {
    throw damaged(file, "[storage] is no table");
  }
  const member = (name: string): unknown => (table as Record<string, unknown>)[name];
  const textOf = (name: string): string | undefined => {
    const value = member(name);
    if (value === undefined || value === "") return undefined;
    if (typeof value !== "string") throw damaged(file, `storage.${name} is no text`);
    return value;
  };
  const transient = member("transient_store");
  if (transient !== undefined && typeof transient !== "boolean") {
    throw damaged(file, "storage.transient_store is neither true nor false");
  }
  const options = member("options");
  const more: unknown = typeof options === "object" && options !== null ? options : {};
  const additional = (more as Record<string, unknown>)["additionalimagestores"] ?? [];
  if (!Array.isArray(additional) || !additional.every((store) => typeof store === "string")) {
    throw damaged(file, "storage.options.additionalimagestores is no list of texts");
  }
  return {
    imageStore: textOf("imagestore"),
    additionalImageStores: additional,
    driver: textOf("driver"),
    graphRoot: textOf("graphroot"),
    runRoot: textOf("runroot"),
    rootlessStoragePath: textOf("rootless_storage_path"),
    transient,
  };
}

function damaged(file: string, why: string): ProgramError {
  return new ProgramError("ERR_STORAGE_CONF", `${file} cannot be understood: ${why}`, {
    hint: "mend it, or name the store with --graph-root ROOT",
    path: file,
  });
}
