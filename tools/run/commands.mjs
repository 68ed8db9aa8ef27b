import { spawn } from "node:child_process";
import { accessSync, constants, closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { SetupFailure } from "./failure.mjs";
import { npmProgram } from "./npm.mjs";
import { root, workFolder } from "./places.mjs";

/** The environment of everything we start: our own tools first, nothing reported to anybody. */
export function toolEnvironment() {
  const home = homedir();
  return {
    ...process.env,
    // turbo starts pnpm by its name.
    PATH: [path.join(root, "node_modules/.bin"), path.dirname(process.execPath), process.env.PATH ?? ""].join(
      path.delimiter,
    ),
    TURBO_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    // A user without a home of his own (a service account) still has this folder.
    ...(isWritable(home) ? {} : { HOME: ownHome() }),
  };
}

function ownHome() {
  const folder = path.join(workFolder, "home");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** pnpm as it is installed here, or, the first time, as npm fetches it. */
export function pnpmCommand(version) {
  const installed = path.join(root, "node_modules/pnpm/bin/pnpm.cjs");
  if (existsSync(installed)) return [process.execPath, [installed]];
  const npm = npmProgram();
  if (npm === undefined) {
    throw new SetupFailure(
      "npm was not found beside Node: install Node with npm, then run `npm start` again",
    );
  }
  return [process.execPath, [npm, "exec", "--yes", "--", `pnpm@${version}`]];
}

/** Runs a step of the set-up; its output goes into a log, and is shown only when the step fails. */
export async function runStep(name, [command, args]) {
  mkdirSync(workFolder, { recursive: true });
  const log = path.join(workFolder, `${name}.log`);
  const output = openSync(log, "w");
  // pnpm asks before it replaces node_modules, unless it knows that nobody is there to answer.
  const env = { ...toolEnvironment(), CI: process.env.CI ?? "true" };
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", output, output] });
    child.on("error", reject);
    child.on("close", (exit, signal) => resolve(exit ?? signal));
  }).finally(() => closeSync(output));
  if (code === 0) return;
  const text = readFileSync(log, "utf8");
  console.error(text.trimEnd().split("\n").slice(-30).join("\n"));
  throw new SetupFailure(`${name} failed (${code}): ${adviceFor(text)}; all of its output is in ${log}`);
}

const adviceFor = (text) => {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|META_FETCH_FAIL/.test(text)) {
    return "the package registry cannot be reached, and the first set-up needs it: connect, or set npm's proxy or registry, then run the same command again";
  }
  if (/OUTDATED_LOCKFILE/.test(text)) {
    return "pnpm-lock.yaml does not fit the package.json files: run `npx pnpm install` and commit the lock file";
  }
  if (/ENOSPC/.test(text)) return "the disk is full: make room, then run the same command again";
  if (/EACCES|EPERM/.test(text)) return "no permission: this user must be able to write into the clone";
  return "see above";
};
