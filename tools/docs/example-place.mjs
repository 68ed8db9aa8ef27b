import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { programFile } from "@stowage/run/program";

/**
 * A place in which the examples of one page are run: the programs under the names that a page uses, and a store, a home
 * and a podman that are those of nobody else.
 */
export async function examplePlace(folder, { containersStorage } = {}) {
  const inside = (name) => path.join(folder, name);
  const [bin, home, work] = ["bin", "home", "work"].map(inside);
  for (const made of [bin, home, work]) await mkdir(made);
  const program = programFile();
  if (!existsSync(program)) throw new Error("not built: run `npx turbo run build` first");
  await script(path.join(bin, "stowage"), `exec "${process.execPath}" "${program}" "$@"`);
  if (containersStorage !== undefined)
    await script(path.join(bin, "containers-storage"), `exec "${containersStorage}" "$@"`);
  // As podman reads them: a storage tree here, and nothing that a container of CI has not.
  const storage = `[storage]\ndriver = "vfs"\ngraphroot = "${inside("graph")}"\nrunroot = "${inside("run")}"\n`;
  await writeFile(inside("storage.conf"), storage);
  const engine = '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\n';
  await writeFile(inside("containers.conf"), engine);
  return {
    cwd: work,
    env: {
      PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}`,
      HOME: home,
      XDG_DATA_HOME: undefined,
      XDG_CACHE_HOME: undefined,
      XDG_CONFIG_HOME: undefined,
      STOWAGE_DIR: undefined,
      CONTAINERS_STORAGE_CONF: inside("storage.conf"),
      CONTAINERS_CONF: inside("containers.conf"),
      STORAGE_DRIVER: undefined,
    },
  };
}

async function script(file, line) {
  await writeFile(file, `#!/bin/sh\n${line}\n`);
  await chmod(file, 0o755);
}
