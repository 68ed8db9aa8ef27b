import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";

export const program = path.join(repositoryRoot, "packages/cli/dist/stowage.cjs");

/** `stowage top` on a terminal of 80 × 24. */
export interface RunningTop extends AsyncDisposable {
  readonly pid: number;
  /** What was written since it was emptied last, and in how many pieces. */
  shown: string;
  writes: number;
  type(text: string): void;
  until(isThere: (shown: string) => boolean): Promise<void>;
}

export async function startTop(dir: string, containers: number): Promise<RunningTop> {
  const words = [process.execPath, program, "--dir", dir, "top"].map((word) => `'${word}'`).join(" ");
  const view = spawn("script", ["-qec", `stty cols 80 rows 24; exec ${words}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TERM: "xterm", NO_COLOR: "1" },
  });
  let arrived: () => void = () => undefined;
  const top = {
    pid: 0,
    shown: "",
    writes: 0,
    type: (text: string) => void view.stdin.write(text),
    until: async (isThere: (shown: string) => boolean) => {
      while (!isThere(top.shown)) await new Promise<void>((resolve) => (arrived = resolve));
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(view, "close");
      view.stdin.write("\u0003");
      await ended;
    },
  };
  view.stdout.on("data", (chunk: Buffer) => {
    top.shown += chunk.toString();
    top.writes += 1;
    arrived();
  });
  await top.until((shown) => shown.includes(` of ${containers}`));
  const children = await readFile(`/proc/${view.pid}/task/${view.pid}/children`, "utf8");
  top.pid = Number(children.trim().split(" ")[0]);
  return top;
}
