import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { toolEnvironment } from "./commands.mjs";
import { runMain } from "./failure.mjs";
import { root, vitestProgram, workFolder } from "./places.mjs";
import { setUp } from "./setup.mjs";

await runMain(async () => {
  await setUp();
  mkdirSync(workFolder, { recursive: true });
  // Figures and counts come by a file, so that the line of counts is the last one, whatever else is printed.
  const summary = path.join(workFolder, `test-summary-${process.pid}`);
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitestProgram, "run", ...process.argv.slice(2)], {
      cwd: root,
      env: { ...toolEnvironment(), STOWAGE_TEST_SUMMARY: summary },
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("exit", (exit) => resolve(exit ?? 1));
  });
  let lines;
  try {
    lines = readFileSync(summary, "utf8");
  } catch {
    lines = "0 passed, 1 failed";
    console.error("stowage: the test runner ended before it could count");
  }
  rmSync(summary, { force: true });
  console.log(lines);
  // No line that says "0 failed" may end with success unless something passed.
  return code === 0 && !/^[1-9]\d* passed, 0 failed/.test(lines.split("\n").at(-1)) ? 1 : code;
});
