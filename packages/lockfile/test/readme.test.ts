import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { bundledChild, runProcess, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";

it("shows an example that runs", async () => {
  await using folder = await temporaryFolder();
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).toContain("openLockFile");
  const file = path.join(folder.path, "example.ts");
  await writeFile(file, example);
  const program = await bundledChild(file);
  const { code, stdout, stderr } = await runProcess(process.execPath, [program], { cwd: folder.path });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^false\n/);
  expect(stdout).toContain("state: 'free'");
});
