import type { Flag } from "./flag-set.ts";

/** Which store is meant, and how; "" and none where nothing was said. */
export type StoreValues = {
  runRoot: string;
  graphRoot: string;
  imageStore: string;
  transientStore: boolean;
  driver: string;
  driverOptions: string[];
  debug: boolean;
  unshare: boolean;
};

/** The flags that are understood before a command and after it. */
export function storeFlags(rootless: boolean): readonly Flag[] {
  return [
    { names: ["-run", "R"], usage: "Root of the runtime state tree", key: "runRoot" },
    { names: ["-graph", "g"], usage: "Root of the storage tree", key: "graphRoot" },
    { names: ["-image-store"], usage: "Root of the separate image store", key: "imageStore" },
    { names: ["-transient-store"], usage: "Transient store", key: "transientStore" },
    { names: ["-storage-driver", "s"], usage: "Storage driver to use ($STORAGE_DRIVER)", key: "driver" },
    { names: ["-storage-opt"], usage: "Set storage driver options ($STORAGE_OPTS)", key: "driverOptions" },
    { names: ["-debug", "D"], usage: "Print debugging information", key: "debug" },
    { names: ["-unshare", "U"], usage: `Run in a user namespace (default ${rootless})`, key: "unshare" },
  ];
}

export function storeValues(rootless: boolean): StoreValues {
  return {
    ...{ runRoot: "", graphRoot: "", imageStore: "", transientStore: false },
    ...{ driver: "", driverOptions: [], debug: false, unshare: rootless },
  };
}

/** True where the command line has not said so far which store it means, so that the defaults count instead of all of it. */
export function saysNoStore({ runRoot, graphRoot, driver, driverOptions }: StoreValues): boolean {
  return graphRoot === "" && runRoot === "" && driver === "" && driverOptions.length === 0;
}
