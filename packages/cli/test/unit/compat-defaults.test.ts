import { expect, it } from "vitest";

import { defaultStores } from "../../src/compat/default-stores.ts";

it("finds the store of root and of a user where containers/storage has it", () => {
  const home = "/home/u";
  expect(defaultStores({ env: {}, home, uid: 0 })).toEqual({
    graphRoot: "/var/lib/containers/storage",
    runRoot: "/run/containers/storage",
    driver: "",
    driverOptions: [],
  });
  expect(defaultStores({ env: {}, home, uid: 1000 })).toMatchObject({
    graphRoot: "/home/u/.local/share/containers/storage",
    runRoot: "/run/user/1000/containers",
  });
  const env = {
    XDG_DATA_HOME: "/data",
    XDG_RUNTIME_DIR: "/runtime",
    STORAGE_DRIVER: "vfs",
    STORAGE_OPTS: "a=b,c=d",
  };
  expect(defaultStores({ env, home, uid: 1000 })).toEqual({
    graphRoot: "/data/containers/storage",
    runRoot: "/runtime/containers",
    driver: "vfs",
    driverOptions: ["a=b", "c=d"],
  });
});
