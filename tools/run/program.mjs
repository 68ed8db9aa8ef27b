import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { SetupFailure } from "./failure.mjs";
import { root } from "./places.mjs";

/** The built program, as its package says where it is. */
export function programFile() {
  const folder = path.join(root, "packages/cli");
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return path.join(folder, typeof bin === "string" ? bin : bin.stowage);
}

/** Runs the built `stowage` and resolves to what it printed and its exit code. */
export function stowage(args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [programFile(), ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** As `stowage`, and the result must be success. */
export async function stowageOk(args, options) {
  const result = await stowage(args, options);
  if (result.code !== 0) {
    throw new SetupFailure(`\`stowage ${args.join(" ")}\` failed (${result.code}): ${result.stderr.trim()}`);
  }
  return result;
}
