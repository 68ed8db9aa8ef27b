import { spawn } from "node:child_process";
import { once } from "node:events";

import { runProcess } from "@stowage/test-kit";

import { programFile } from "./program.ts";
import type { Bench } from "./program.ts";

/** Whether there can be pseudo-terminals, which util-linux's script makes. */
export const hasTerminals =
  (await runProcess("script", ["--version"]).catch(() => undefined))?.stdout.includes("util-linux") === true;

/** A program that runs on a pseudo-terminal. */
export interface Terminal {
  /** Everything that was shown so far. */
  readonly shown: () => string;
  /** Resolves when something that fits was shown; rejects when the program ends before. */
  until(pattern: RegExp): Promise<void>;
  /** As if typed; `\u0003` is Ctrl-C. */
  type(text: string): void;
  /** The exit code. */
  readonly ended: Promise<number>;
}

/** Starts `stowage` on a terminal of 80 columns and leaves it running. */
export async function startOnTerminal(place: Bench, ...args: string[]): Promise<Terminal> {
  return await startOnTerminalOf(80, place, ...args);
}

/** The same on one of so many columns. */
export async function startOnTerminalOf(columns: number, place: Bench, ...args: string[]): Promise<Terminal> {
  return startAnyOnTerminal(place, [process.execPath, await programFile, ...args], {}, columns);
}

/** The same for another program. */
export function startAnyOnTerminal(
  place: Bench,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  columns = 80,
): Terminal {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const child = spawn("script", ["-qec", `stty cols ${columns} rows 40; exec ${words}`, "/dev/null"], {
    cwd: place.folder,
    env: { ...process.env, TERM: "xterm-256color", NO_COLOR: "1", STOWAGE_DIR: place.dir, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  const ended = once(child, "close").then(([code]) => code as number);
  return {
    shown: () => shown.replaceAll("\r\n", "\n"),
    until: async (pattern) => {
      let isOver = false;
      void ended.then(() => (isOver = true));
      while (!pattern.test(shown)) {
        if (isOver) throw new Error(`it ended without showing ${String(pattern)}: ${shown}`);
        await Promise.race([once(child.stdout, "data"), ended]);
      }
    },
    type: (text) => void child.stdin.write(text),
    ended,
  };
}
