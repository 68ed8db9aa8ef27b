import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { UsageError } from "../../src/errors.ts";
import { locateStore } from "../../src/store-location.ts";
import type { LocationOptions } from "../../src/store-location.ts";

const surroundings = (
  env: Record<string, string | undefined> = {},
  folders: Record<string, readonly string[]> = {},
) => ({ env, home: "/home/me", cwd: "/here", foldersIn: (root: string) => folders[root] ?? [] });

const refused = (options: LocationOptions, folders: Record<string, readonly string[]> = {}): string => {
  try {
    locateStore(options, surroundings({}, folders));
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return `${(error as UsageError).message}; ${(error as UsageError).hint}`;
  }
  throw new Error("was not refused");
};

describe("a store by itself", () => {
  it("is --dir before $STOWAGE_DIR before $XDG_DATA_HOME before the home folder", () => {
    const env = { STOWAGE_DIR: "/store", XDG_DATA_HOME: "/data" };
    expect(locateStore({ dir: "/given" }, surroundings(env)).dir).toBe("/given");
    expect(locateStore({}, surroundings(env)).dir).toBe("/store");
    expect(locateStore({}, surroundings({ ...env, STOWAGE_DIR: "" })).dir).toBe("/data/stowage/containers");
    expect(locateStore({}, surroundings()).dir).toBe("/home/me/.local/share/stowage/containers");
  });

  it("passes over a relative $XDG_DATA_HOME, as its rule says", () => {
    expect(locateStore({}, surroundings({ XDG_DATA_HOME: "data" })).dir).toBe(
      "/home/me/.local/share/stowage/containers",
    );
  });

  it("reads relative paths from the current folder", () => {
    expect(locateStore({ dir: "s", runDir: "../r" }, surroundings())).toEqual({
      dir: "/here/s",
      runDir: "/r",
      transient: false,
    });
  });

  it("needs a run folder when it is transient", () => {
    expect(refused({ dir: "s", transient: true })).toContain("--run-dir");
    expect(locateStore({ dir: "s", runDir: "r", transient: true }, surroundings()).transient).toBe(true);
  });

  it("refuses empty paths instead of taking the current folder", () => {
    expect(refused({ dir: "" })).toContain("--dir is empty");
    expect(refused({ dir: "a", runDir: "" })).toContain("--run-dir is empty");
  });
});

describe("a store in a containers/storage tree", () => {
  it("lies at ROOT/DRIVER-containers, its run folder at the same name in the run root", () => {
    expect(
      locateStore({ graphRoot: "/g", driver: "overlay", runRoot: "r", transient: true }, surroundings()),
    ).toEqual({ dir: "/g/overlay-containers", runDir: "/here/r/overlay-containers", transient: true });
  });

  it("is found without a driver when there is only one", () => {
    const folders = { "/g": ["vfs", "vfs-containers", "vfs-images", "-containers"] };
    expect(locateStore({ graphRoot: "/g" }, surroundings({}, folders)).dir).toBe("/g/vfs-containers");
  });

  it("is found without a driver when only one of them has its own folder", () => {
    const folders = { "/g": ["overlay", "overlay-containers", "vfs-containers"] };
    expect(locateStore({ graphRoot: "/g" }, surroundings({}, folders)).dir).toBe("/g/overlay-containers");
    const both = { "/g": [...folders["/g"], "vfs"] };
    expect(refused({ graphRoot: "/g" }, both)).toContain("several drivers");
  });

  it("is not guessed: none and several are refused, and several are listed", () => {
    expect(refused({ graphRoot: "/g" })).toContain("holds no container store");
    expect(refused({ graphRoot: "/g" }, { "/g": ["vfs-containers", "overlay-containers"] })).toMatch(
      /several drivers: overlay, vfs; .*--driver overlay/,
    );
  });

  it("is not mixed with a store by itself, nor half named", () => {
    expect(refused({ graphRoot: "/g", dir: "d" })).toContain("two stores");
    expect(refused({ graphRoot: "/g", runDir: "d" })).toContain("two stores");
    expect(refused({ driver: "vfs" })).toContain("--graph-root");
    expect(refused({ runRoot: "/r" })).toContain("--graph-root");
    expect(refused({ graphRoot: "/g", driver: "vfs", transient: true })).toContain("--run-root");
    expect(refused({ graphRoot: "" })).toContain("empty");
  });

  it("takes no driver that is a path", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("/", "..", "\0", " "), fc.string(), (a, bad, b) => {
        const driver = a + bad + b;
        if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(driver)) return;
        expect(refused({ graphRoot: "/g", driver })).toContain("no name of a storage driver");
      }),
    );
  });
});
