import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { peer, podmanStore, runProcess, temporaryFolder } from "../src/index.ts";

describe("podmanStore", () => {
  it("has containers that podman made, and podman goes on using it", async (context) => {
    await using folder = await temporaryFolder();
    const { found, reason } = await podmanStore(folder.path);
    if (found === undefined) return context.skip(reason);
    const records = JSON.parse(await readFile(path.join(found.dir, "containers.json"), "utf8")) as {
      id: string;
    }[];
    expect(records.map((record) => record.id)).toEqual(found.containers);
    expect((await found.podman("rename", "one", "first")).stderr).toBe("");
    expect((await found.podman("ps", "--all", "--format", "{{.Names}}")).stdout).toBe("first\ntwo\n");
  });
});

describe("peer", () => {
  it("drives the library, and its tool lists what the library wrote", async (context) => {
    const { found, reason } = peer();
    if (found === undefined) return context.skip(reason);
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "graph/vfs-containers");
    const input = [
      '{"op":"create","id":"abc","names":["n"]}',
      '{"op":"get","id":"n"}',
      '{"op":"get","id":"x"}',
      "",
    ];
    const driven = await runProcess(found.peer, ["drive", "--dir", dir], { input: input.join("\n") });
    const [created, got, unknown] = driven.stdout.split("\n");
    expect(created).toMatch(/^\{"ok":true,"value":\{"id":"abc","names":\["n"\],.*"volatileStore":false\}\}$/);
    expect(got).toBe(created);
    expect(unknown).toBe('{"error":"ErrContainerUnknown","message":"container not known","ok":false}');

    const storage = ["-s", "vfs", "-g", path.join(folder.path, "graph"), "-R", path.join(folder.path, "run")];
    for (const program of [found.containersStorage, found.containersStorage143]) {
      if (program === undefined) continue;
      const listed = await runProcess(program, [...storage, "containers", "--json"]);
      // Without root it needs subordinate user ids, which not every user has.
      if (listed.code !== 0 && process.getuid?.() !== 0) continue;
      expect(JSON.parse(listed.stdout)).toMatchObject([{ id: "abc", names: ["n"] }]);
    }
  });
});
