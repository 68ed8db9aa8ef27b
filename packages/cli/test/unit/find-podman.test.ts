import { describe, expect, it } from "vitest";

import { findPodmanStore } from "../../src/podman/find-store.ts";
import type { PodmanStore, PodmanSurroundings } from "../../src/podman/find-store.ts";

interface Machine {
  readonly uid?: number;
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly links?: Record<string, string>;
  readonly private?: readonly string[];
}

async function found(machine: Machine): Promise<PodmanStore> {
  const around: PodmanSurroundings = {
    uid: machine.uid ?? 0,
    env: machine.env ?? {},
    home: "/home/ann",
    read: (file) => Promise.resolve(machine.files?.[file]),
    real: (place) => Promise.resolve(machine.links?.[place] ?? place),
    isPrivate: (folder) => Promise.resolve(machine.private?.includes(folder) === true),
  };
  return await findPodmanStore(around);
}

const conf = (lines: Record<string, string | boolean>): string =>
  `[storage]\n${Object.entries(lines)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join("")}[storage.options]\nadditionalimagestores = []\n`;

const ETC = "/etc/containers/storage.conf";
const USR = "/usr/share/containers/storage.conf";

describe("podman's store of root", () => {
  it.each([
    ["where no file says anything", {}, {}],
    [
      "by /etc before /usr/share",
      { files: { [ETC]: conf({ graphroot: "/a" }), [USR]: conf({ graphroot: "/b" }) } },
      { graphRoot: "/a" },
    ],
    [
      "by /usr/share",
      { files: { [USR]: conf({ graphroot: "/b", runroot: "/r" }) } },
      { graphRoot: "/b", runRoot: "/r" },
    ],
    [
      "by the file that is named, whatever else there is",
      {
        env: { CONTAINERS_STORAGE_CONF: "/named" },
        files: { "/named": conf({ driver: "vfs" }), [ETC]: conf({ graphroot: "/a" }) },
      },
      { driver: "vfs" },
    ],
    [
      "by $XDG_CONFIG_HOME where nothing else is",
      { env: { XDG_CONFIG_HOME: "/x" }, files: { "/x/containers/storage.conf": conf({ graphroot: "/c" }) } },
      { graphRoot: "/c" },
    ],
    [
      "with the driver of the environment",
      { env: { STORAGE_DRIVER: "btrfs" }, files: { [ETC]: conf({ driver: "vfs" }) } },
      { driver: "btrfs" },
    ],
    [
      "with the new name of a driver",
      { files: { [ETC]: conf({ driver: "overlay2" }) } },
      { driver: "overlay" },
    ],
    [
      "of which the volatile part is transient",
      { files: { [ETC]: conf({ transient_store: true }) } },
      { transient: true },
    ],
    [
      "with further stores of images",
      {
        files: {
          [ETC]: '[storage]\nimagestore = "/i"\n[storage.options]\nadditionalimagestores = ["/a", "/b"]\n',
        },
      },
      { imageStore: "/i", additionalImageStores: ["/a", "/b"] },
    ],
    [
      "without links and variables",
      {
        env: { A: "x" },
        files: { [ETC]: conf({ graphroot: "/l/$UID/${A}/$B" }) },
        links: { "/l/0/x": "/real" },
      },
      { graphRoot: "/real" },
    ],
    ["where a text is empty", { files: { [ETC]: conf({ graphroot: "", driver: "" }) } }, {}],
  ] satisfies [string, Machine, Partial<PodmanStore>][])("is found %s", async (_, machine, expected) => {
    const usual = {
      graphRoot: "/var/lib/containers/storage",
      runRoot: "/run/containers/storage",
      driver: undefined,
      transient: false,
      imageStore: undefined,
      additionalImageStores: [],
    };
    expect(await found(machine)).toEqual({ ...usual, ...expected });
  });
});

describe("podman's store of another user", () => {
  const own = "/home/ann/.config/containers/storage.conf";
  it.each([
    ["where no file says anything", {}, {}],
    [
      "in the runtime folder of the session",
      { env: { XDG_RUNTIME_DIR: "/s" } },
      { runRoot: "/s/containers" },
    ],
    ["in that of the user", { private: ["/run/user/1000"] }, { runRoot: "/run/user/1000/containers" }],
    ["in the user's data folder", { env: { XDG_DATA_HOME: "/d" } }, { graphRoot: "/d/containers/storage" }],
    [
      "where the system's file sends users",
      { files: { [ETC]: conf({ graphroot: "/not/mine", rootless_storage_path: "/u/$UID" }) } },
      { graphRoot: "/u/1000" },
    ],
    [
      "with the system's driver, if users may have it",
      { files: { [ETC]: conf({ driver: "vfs" }) } },
      { driver: "vfs" },
    ],
    ["without a driver that users cannot have", { files: { [ETC]: conf({ driver: "zfs" }) } }, {}],
    [
      "by the user's file",
      {
        files: {
          [own]: conf({ graphroot: "/g", runroot: "/r", driver: "btrfs" }),
          [ETC]: conf({ driver: "vfs" }),
        },
      },
      { graphRoot: "/g", runRoot: "/r", driver: "btrfs" },
    ],
    [
      "where the user's file sends users",
      { files: { [own]: conf({ rootless_storage_path: "/p" }) } },
      { graphRoot: "/p" },
    ],
    [
      "by $XDG_CONFIG_HOME",
      {
        env: { XDG_CONFIG_HOME: "/x" },
        files: { "/x/containers/storage.conf": conf({ graphroot: "/c" }), [own]: conf({ graphroot: "/g" }) },
      },
      { graphRoot: "/c" },
    ],
  ] satisfies [string, Machine, Partial<PodmanStore>][])("is found %s", async (_, machine, expected) => {
    const usual = {
      graphRoot: "/home/ann/.local/share/containers/storage",
      runRoot: "/tmp/storage-run-1000/containers",
      driver: undefined,
      transient: false,
      imageStore: undefined,
      additionalImageStores: [],
    };
    expect(await found({ uid: 1000, ...machine })).toEqual({ ...usual, ...expected });
  });
});

describe("a storage.conf that cannot be understood", () => {
  it.each([
    ["no TOML", "[storage\n", /\/etc\/containers\/storage\.conf cannot be understood: it is no TOML: .+/],
    ["no text for a folder", "[storage]\ngraphroot = 7\n", /storage\.graphroot is no text/],
    [
      "no list",
      "[storage.options]\nadditionalimagestores = [7]\n",
      /storage\.options\.additionalimagestores is no list of texts/,
    ],
    ["no table", "storage = 7\n", /\[storage\] is no table/],
    ["no truth", '[storage]\ntransient_store = "yes"\n', /transient_store is neither true nor false/],
  ])("is told: %s", async (_, text, message) => {
    await expect(found({ files: { [ETC]: text } })).rejects.toMatchObject({
      code: "ERR_STORAGE_CONF",
      message: expect.stringMatching(message) as string,
      details: { path: ETC },
    });
  });

  it.each([
    ["in the file", { files: { [ETC]: '[storage]\ndriver = "../vfs"\n' } }],
    ["in the environment", { env: { STORAGE_DRIVER: "../vfs" } }],
  ])("names a driver that is no name of one, %s", async (_, around) => {
    await expect(found(around)).rejects.toMatchObject({
      code: "ERR_STORAGE_CONF",
      message: expect.stringMatching(/storage\.conf or \$STORAGE_DRIVER names, "\.\.\/vfs"/) as string,
    });
  });

  it("is missing where it is named", async () => {
    await expect(found({ env: { CONTAINERS_STORAGE_CONF: "/none" } })).rejects.toMatchObject({
      code: "ERR_USAGE",
    });
  });
});
