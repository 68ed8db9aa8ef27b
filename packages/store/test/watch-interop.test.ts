import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { bundledChild, peer, PeerDrive, runProcess, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { Follower, textsOf } from "./support/follower.ts";
import { storageTool, storageTools } from "./support/storage-tool.ts";

const programs = peer();
const { tools, reason } = await storageTools();
const timeout = { timeout: 300_000 };

/** Lets the library's hammer work, again and again. */
async function hammerUntil(args: readonly string[], signal: AbortSignal): Promise<void> {
  for (let seed = 1; !signal.aborted; seed += 1) {
    const { code, stderr } = await runProcess(programs.found!.peer, ["hammer", ...args, "--seed", `${seed}`]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
  }
}

/** What the watch knows is what the store has, once it has told of a last change. */
async function expectCaughtUp(dir: string, follower: Follower): Promise<void> {
  await using store = await openContainerStore({ dir });
  await follower.catchUp(store);
  expect(textsOf(follower.containers.values())).toEqual(textsOf(await store.list()));
  expect((await store.check({ data: false })).filter(({ severity }) => severity === "damage")).toEqual([]);
}

describe.skipIf(programs.found === undefined)("a watch beside the library", () => {
  it("tells what it does, change by change", timeout, async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await using store = await openContainerStore({ dir });
    await using follower = new Follower(store.watch());
    await using library = new PeerDrive(programs.found!.peer, ["--dir", dir]);
    const ask = async (request: object): Promise<void> => {
      expect(JSON.parse(await library.send(JSON.stringify(request)))).toMatchObject({ ok: true });
    };
    await ask({ op: "create", id: "a", names: ["web"], metadata: "m" });
    await follower.untilTold("created a");
    await ask({ op: "create", id: "b", volatile: true });
    await follower.untilTold("created b");
    await ask({ op: "setNames", id: "a", names: ["www"] });
    await follower.untilTold("changed a names");
    await ask({ op: "setFlag", id: "b", flag: "f", value: [1] });
    await follower.untilTold("changed b flags");
    await ask({ op: "setBigData", id: "a", key: "k", base64: "eA==" });
    // The library saves an item's name first and its size and digest after that, or all at once.
    await follower.until(() => follower.containers.get("a")?.bigDataDigests.has("k") === true);
    await ask({ op: "delete", id: "a" });
    await follower.untilTold("removed a");
    await ask({ op: "wipe" });
    await follower.untilTold("removed b");
  });

  it("keeps up with its writers and ours, killed ones too", timeout, async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await using store = await openContainerStore({ dir });
    await using follower = new Follower(store.watch());
    const stop = new AbortController();
    const args = [
      "--dir",
      dir,
      "--workers",
      "2",
      "--ops",
      "10",
      "--mode",
      "mixed",
      "--volatile-percent",
      "30",
    ];
    const library = hammerUntil(args, stop.signal);
    const ours = await bundledChild(new URL("support/writer-child.ts", import.meta.url));
    const kinds: readonly (readonly [string, readonly string[]])[] = [
      [programs.found!.peer, ["hammer", ...args, "--ops", "100000", "--seed", "7"]],
      [process.execPath, [ours, dir, "kernel"]],
    ];
    for (const [command, all] of [...kinds, ...kinds, ...kinds]) {
      const child = spawn(command, all, { stdio: ["pipe", "ignore", "inherit"] });
      const exited = once(child, "exit");
      // Killed in the middle of its work: when some of it was seen.
      const seen = follower.events.length;
      await follower.until(() => follower.events.length > seen + 20);
      child.kill("SIGKILL");
      await exited;
    }
    stop.abort();
    await library;
    await expectCaughtUp(dir, follower);
    expect(follower.told.filter((event) => event.startsWith("unavailable"))).toEqual([]);
  });
});

describe.skipIf(tools.length === 0)(`a watch beside containers-storage ${reason}`, () => {
  it.each(tools)("%s", timeout, async (_, program) => {
    await using folder = await temporaryFolder();
    const tool = storageTool(program, folder.path);
    await tool.create("-n", "first");
    await using store = await openContainerStore({ dir: tool.dir });
    await using follower = new Follower(store.watch(), await store.list());
    const id = await tool.create("-n", "web");
    await follower.untilTold(`created ${id}`);
    await tool.run("set-metadata", "-m", "{}", id);
    await follower.untilTold(`changed ${id} metadata`);
    await tool.run("add-names", "-n", "www", id);
    await follower.untilTold(`changed ${id} names`);
    await tool.run("delete-container", id);
    await follower.untilTold(`removed ${id}`);
    await expectCaughtUp(tool.dir, follower);
  });
});
