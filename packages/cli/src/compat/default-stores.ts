import { findOnThisMachine } from "../podman/location.ts";
import type { StoreValues } from "./store-flags.ts";

/** The store of this user, as the real program has it where the command line names none. */
export type DefaultStores = Pick<
  StoreValues,
  "graphRoot" | "runRoot" | "driver" | "driverOptions" | "imageStore" | "transientStore"
>;

/**
 * Found as podman finds it: see `findPodmanStore`. Of the options of a driver only
 * further image stores are told, which are all that matters here.
 *
 * @throws ProgramError for a storage.conf that cannot be understood or is not there
 */
export async function defaultStores(surroundings: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}): Promise<DefaultStores> {
  const found = await findOnThisMachine(surroundings);
  const driver = found.driver ?? "";
  const given = surroundings.env["STORAGE_OPTS"];
  return {
    graphRoot: found.graphRoot,
    runRoot: found.runRoot,
    driver,
    driverOptions:
      given === undefined
        ? found.additionalImageStores.map((store) => `${driver}.imagestore=${store}`)
        : given.split(",").filter((option) => option !== ""),
    imageStore: found.imageStore ?? "",
    transientStore: found.transient,
  };
}
