import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";

const module = path.join(repositoryRoot, "tools/run/once-at-a-time.mjs");

/** A program that takes the lock in `folder` and then does `work`. */
function program(folder: string, work: string): string[] {
  const source = `
    import { onceAtATime } from ${JSON.stringify(module)};
    import { readFileSync, writeFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    await onceAtATime(${JSON.stringify(folder)}, async () => { ${work} }, () => console.log("waited"));`;
  return ["--input-type=module", "--eval", source];
}

describe("onceAtATime", () => {
  it("lets no two processes work at a time", async () => {
    await using folder = await temporaryFolder();
    const counter = path.join(folder.path, "counter");
    await writeFile(counter, "0");
    const work = `
      const before = Number(readFileSync(${JSON.stringify(counter)}, "utf8"));
      await sleep(20);
      writeFileSync(${JSON.stringify(counter)}, String(before + 1));`;
    const lock = path.join(folder.path, "lock");
    const runs = Array.from({ length: 6 }, () => runProcess(process.execPath, program(lock, work)));
    for (const result of await Promise.all(runs)) expect(result.stderr).toBe("");
    expect(await readFile(counter, "utf8")).toBe("6");
    expect(await readdir(lock)).toHaveLength(1);
  });

  it("goes on after a process that was killed while it worked", async () => {
    await using folder = await temporaryFolder();
    const killed = await runProcess(
      process.execPath,
      program(folder.path, "process.kill(process.pid, 'SIGKILL');"),
    );
    expect(killed.signal).toBe("SIGKILL");
    const next = await runProcess(process.execPath, program(folder.path, "console.log('works');"));
    expect(next.stdout).toBe("works\n");
  });

  it("goes on after work that failed, and tells that failure", async () => {
    await using folder = await temporaryFolder();
    const failed = await runProcess(process.execPath, program(folder.path, "throw new Error('no luck');"));
    expect(failed.stderr).toContain("no luck");
    const next = await runProcess(process.execPath, program(folder.path, "console.log('works');"));
    expect(next.stdout).toBe("works\n");
  });
});
