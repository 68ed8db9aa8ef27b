import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(fileURLToPath(import.meta.url), "../../..");

/** Runs a program of Node's in this process's Node; resolves to its output, rejects unless it ends with 0. */
export function run(program, args, { cwd = root, env } = {}) {
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
    child.on("close", (code) => {
      if (code === 0) resolve(stdout);
      else
        reject(
          new Error(`${path.basename(program)} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`),
        );
    });
  });
}

export const pnpm = path.join(root, "node_modules/pnpm/bin/pnpm.cjs");
export const attw = path.join(root, "tools/release/node_modules/@arethetypeswrong/cli/dist/index.js");
export const tsc = path.join(root, "node_modules/typescript/bin/tsc");

/** npm as it came with this Node: what users of the packages install with. */
export function npm() {
  const bin = path.dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    path.join(bin, "../lib/node_modules/npm/bin/npm-cli.js"),
    path.join(bin, "node_modules/npm/bin/npm-cli.js"),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
  ];
  const found = places.find((place) => place?.endsWith("npm-cli.js") === true && existsSync(place));
  if (found === undefined) throw new Error("npm was not found beside Node");
  return found;
}
