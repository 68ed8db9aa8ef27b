import { readFile } from "node:fs/promises";
import path from "node:path";
import { bundledChild, runProcess, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";

it("brings what makes a store portable to the disk before the lock file may look like a kernel one", async (context) => {
  if ((await runProcess("strace", ["-f", "-o", "/dev/null", "true"]).catch(() => undefined))?.code !== 0)
    context.skip("strace is not here, or may not trace");
  await using folder = await temporaryFolder();
  const log = path.join(folder.path, "calls");
  const child = await bundledChild(path.join(import.meta.dirname, "child/make-portable.ts"));
  const lockFile = path.join(folder.path, "store", "x.lock");
  const calls = "trace=fsync,fdatasync,fchmod";
  const made = await runProcess("strace", [
    "-f",
    "-y",
    "-e",
    calls,
    "-o",
    log,
    process.execPath,
    child,
    lockFile,
  ]);
  expect(made).toMatchObject({ code: 0 });

  const lines = (await readFile(log, "utf8")).split("\n");
  const at = (call: string, file: string): number =>
    lines.findIndex((line) => line.includes(`${call}(`) && line.includes(`<${file}>`));
  const cleared = at("fchmod", lockFile);
  expect(cleared).toBeGreaterThanOrEqual(0);
  const marker = `${lockFile}.portable`;
  for (const place of [path.join(marker, "protocol.json"), marker, path.dirname(lockFile)]) {
    expect(at("fsync", place), place).toBeGreaterThanOrEqual(0);
    expect(at("fsync", place), place).toBeLessThan(cleared);
  }
});
