import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { root } from "@stowage/run/places";

/** What git prints; undefined when it fails: there is no such commit, file or repository. */
export async function gitText(args, cwd = root) {
  try {
    return (await promisify(execFile)("git", args, { cwd, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch {
    return undefined;
  }
}
