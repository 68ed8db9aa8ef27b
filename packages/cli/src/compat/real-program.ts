import { spawn } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { constants as system } from "node:os";
import path from "node:path";

import { CommandFailure } from "./errors.ts";

/** The name of the Go program, and of links to ours that stand for it. */
export const PROGRAM = "containers-storage";

/**
 * How often we have passed on above this process. What is found in PATH may be a
 * script that leads back to us: then it goes round a few times, and not for ever.
 * Once is usual: `unshare` of the real program runs the user's script, which may call us.
 */
const PASSED_ON = "STOWAGE_COMPAT_PASSED_ON";
const OFTEN_ENOUGH = 5;

type Environment = Readonly<Record<string, string | undefined>>;

/** The real program: the first in PATH that is not our own file under its name. Undefined where there is none. */
export function findRealProgram(env: Environment, ownFile: string): string | undefined {
  if (timesPassedOn(env) >= OFTEN_ENOUGH) return undefined;
  for (const folder of (env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, PROGRAM);
    if (path.isAbsolute(folder) && isProgram(file) && realpathSync(file) !== ownFile) return file;
  }
  return undefined;
}

function timesPassedOn(env: Environment): number {
  return Number(env[PASSED_ON] ?? "0") || 0;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not for us: the next folder may have one.
    return false;
  }
}

/**
 * Runs the real program in our place, on our three streams. Resolves to its exit
 * code, or to 128 and the number of the signal that ended it; rejects with a
 * CommandFailure when it cannot be started. What we are asked to end by ends it.
 */
export async function passOn(file: string, argv: readonly string[], env: Environment): Promise<number> {
  const child = spawn(file, argv, {
    stdio: "inherit",
    env: { ...env, [PASSED_ON]: String(timesPassedOn(env) + 1) },
  });
  const hand = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ["SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, hand);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (cause) => {
        reject(new CommandFailure(`${file} cannot be started: ${cause.message}`, { cause }));
      });
      child.once("exit", (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : system.signals[signal])),
      );
    });
  } finally {
    for (const signal of signals) process.off(signal, hand);
  }
}
