import { fork } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bundledChild, seededRandom, temporaryFolder } from "@stowage/test-kit";
import { expect, test } from "vitest";

const KILLS = 25;

test("a writer killed at any moment leaves whole files, and nothing else but temporary ones", async () => {
  await using folder = await temporaryFolder();
  const random = seededRandom();
  const child = await bundledChild(new URL("child/replace-child.ts", import.meta.url));
  let leftovers = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const writer = fork(child, [folder.path], { execArgv: [] });
    await once(writer, "message");
    await pause(random.next() * 20);
    const gone = once(writer, "exit");
    writer.kill("SIGKILL");
    await gone;
    const names = await fs.readdir(folder.path);
    const places = ["buffer", "rewrite", "set 1", "set 2", "writer"];
    expect(names.filter((name) => places.includes(name)).sort()).toEqual(places);
    for (const name of names) {
      const bytes = await fs.readFile(path.join(folder.path, name));
      if (places.includes(name)) {
        expect(bytes.length).toBeGreaterThan(0);
        expect(bytes.length % 1_000).toBe(0);
        expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
        continue;
      }
      // write-file-atomic, which rewriteFileAtomic stands on, names its temporary files by a number.
      expect(name).toMatch(/^\.tmp-(?:buffer|writer|set [12])[0-9a-f]{16}$|^rewrite\.\d+$/);
      leftovers += 1;
      await fs.rm(path.join(folder.path, name));
    }
  }
  console.log(`${KILLS} kills, ${leftovers} temporary files left by them`);
});
