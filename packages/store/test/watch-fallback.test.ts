import path from "node:path";
import { bundledChild, runProcess, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { Follower } from "./support/follower.ts";
import { madeDuring } from "./support/fs-watchers.ts";

it.skipIf(process.platform !== "linux")(
  "polls, and says so, when the system has no notifications left (needs ulimit and inotify: Linux)",
  async () => {
    await using folder = await temporaryFolder();
    const child = await bundledChild(new URL("support/no-descriptors-child.ts", import.meta.url));
    const command = 'ulimit -n 100; exec "$0" "$@"';
    const dir = path.join(folder.path, "store");
    const { stdout, stderr } = await runProcess("sh", ["-c", command, process.execPath, child, dir]);
    expect(stderr).toBe("");
    const { warnings, value } = JSON.parse(stdout) as { warnings: string[]; value: string };
    expect(value).toBe("created");
    expect(warnings).toEqual([expect.stringMatching(/looked at every 250 ms: .*EMFILE/)]);
  },
);

it("asks the system for nothing when polling is wanted", async () => {
  await using folder = await temporaryFolder();
  const options = {
    dir: path.join(folder.path, "store"),
    runDir: path.join(folder.path, "run"),
    transient: true,
  };
  await using store = await openContainerStore(options);
  await using other = await openContainerStore(options);
  const made = await madeDuring(async () => {
    await using follower = new Follower(store.watch({ polling: 2 }));
    await other.create({ id: "a", volatile: true });
    await follower.untilTold("created a");
    await other.create({ id: "b" });
    await follower.untilTold("created b");
    await other.setMetadata("a", "text");
    await follower.untilTold("changed a metadata");
  });
  expect(made).toBe(0);
});

it("keeps the process alive only while somebody waits", async () => {
  await using folder = await temporaryFolder();
  const child = await bundledChild(new URL("support/idle-watch-child.ts", import.meta.url));
  // It ends by itself, with a watch that nobody asks any more.
  const { stdout, code } = await runProcess(process.execPath, [child, path.join(folder.path, "store")]);
  expect(stdout).toBe("created\n");
  expect(code).toBe(0);
});
