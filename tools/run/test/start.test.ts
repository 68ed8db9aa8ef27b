import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { podmanStore, repositoryRoot, runProcess, temporaryFolder, treeListing } from "@stowage/test-kit";
import type { RunResult } from "@stowage/test-kit";

const script = path.join(repositoryRoot, "tools/run/start.mjs");
const notBuilt = !existsSync(path.join(repositoryRoot, "packages/cli/dist"));

function start(store: string, ...args: string[]): Promise<RunResult> {
  return runProcess(process.execPath, [script, ...args], {
    timeout: 150_000,
    env: { STOWAGE_DIR: store, INIT_CWD: undefined },
  });
}

// `npm test` builds first; who runs vitest by hand may not have.
describe.skipIf(notBuilt)("npm start", { timeout: 300_000 }, () => {
  it("walks through the main job, and leaves the store as it was", async () => {
    await using folder = await temporaryFolder();
    const store = path.join(folder.path, "a store");
    const first = await start(store);
    expect(first.stderr).toBe("");
    expect(first.code).toBe(0);
    for (const command of [
      "create",
      "ls",
      "inspect",
      "metadata get",
      "name set",
      "data get",
      "rm",
      "check",
    ]) {
      expect(first.stdout).toContain(`$ stowage ${command}`);
    }
    expect(first.stdout).toMatch(/^Done: \d+ times .* without a difference\.$/m);
    expect((await treeListing(store)).filter(({ type }) => type === "dir")).toEqual([]);
  });

  it("touches no container of the user's, and sweeps up after a tour that was killed", async () => {
    await using folder = await temporaryFolder();
    const dead = {
      id: "d".repeat(64),
      names: ["tour-web"],
      image: "",
      layer: "",
      created: "2026-01-01T00:00:00Z",
    };
    const own = {
      id: "c".repeat(64),
      names: ["tour-db"],
      image: "",
      layer: "layer-web",
      created: "2026-01-01T00:00:00Z",
    };
    // No process has that number: it is beyond what the system gives.
    const left = { ...dead, flags: { "stowage-tour": 2 ** 30 } };
    await writeFile(path.join(folder.path, "containers.json"), JSON.stringify([own, left]));
    const result = await start(folder.path);
    expect(result.stderr).toBe("");
    const listed = await start(folder.path, folder.path);
    expect(listed.stdout).toContain("tour-db");
    expect(listed.stdout).not.toContain("tour-web");
  });

  it("lists a store of podman's without changing anything in it", async (context) => {
    await using folder = await temporaryFolder();
    const { found, reason } = await podmanStore(folder.path);
    if (found === undefined) return context.skip(reason);
    const before = await treeListing(found.graphRoot);
    for (const args of [
      ["--graph-root", found.graphRoot, "--driver", "vfs"],
      [found.graphRoot],
      [found.dir],
    ]) {
      const listed = await start(path.join(folder.path, "none"), ...args);
      expect(listed.stderr).toBe("");
      expect(listed.stdout).toMatch(/one[^]*two/);
    }
    expect(await treeListing(found.graphRoot)).toEqual(before);
    expect(existsSync(path.join(folder.path, "none"))).toBe(false);
  });

  it("says in one line what it cannot do", async () => {
    await using folder = await temporaryFolder();
    const empty = path.join(folder.path, "empty");
    await mkdir(empty);
    for (const args of [["--bogus"], [empty], [path.join(folder.path, "missing")]]) {
      const result = await start(folder.path, ...args);
      expect(result.code).toBe(1);
      expect(result.stderr).toMatch(/^stowage: .*\n$/);
    }
  });
});
