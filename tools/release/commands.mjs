import { spawn } from "node:child_process";
import path from "node:path";
import { npmProgram } from "@stowage/run/npm";
import { root } from "@stowage/run/places";

/** Runs a program of Node's in this process's Node; resolves to its exit code and what it printed. */
export function outcome(program, args, { cwd = root, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The same; resolves to the output, rejects unless it ends with 0. */
export async function run(program, args, options) {
  const { code, stdout, stderr } = await outcome(program, args, options);
  if (code === 0) return stdout;
  throw new Error(`${path.basename(program)} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
}

export const pnpm = path.join(root, "node_modules/pnpm/bin/pnpm.cjs");
export const attw = path.join(root, "tools/release/node_modules/@arethetypeswrong/cli/dist/index.js");
export const tsc = path.join(root, "node_modules/typescript/bin/tsc");

/** npm as it came with this Node: what users of the packages install with. */
export function npm() {
  const found = npmProgram();
  if (found === undefined) throw new Error("npm was not found beside Node");
  return found;
}
