import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/**
 * Follows on standard input whether the screen is ours ("in") or not ("out"). When the input ends
 * and the screen is still ours, then nobody gave it back: the process was killed, or it crashed. The
 * screen comes first, and without a detour, as the shell will write its prompt on it. The mode is set
 * back a second later, if it still is the one that we have set: a shell that edits lines sets its own
 * at its prompt, and would have ours over it where both did so at the same moment.
 * Standard output is the terminal, kept under a number of its own, as it is another thing within `$(…)`.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM TSTP TTIN TTOU
exec 4<&1
former=$(stty -g <&4)
echo ready >&3
exec 3>&-
last=out
while read -r state; do
  last=$state
  if [ "$state" = in ]; then ours=$(stty -g <&4); fi
done
if [ "$last" = in ]; then
  printf '\\033[0m\\033[H\\033[2J\\033[?25h\\033[?1049l'
  sleep 1
  if [ -n "$former" ] && [ "$(stty -g <&4)" = "$ours" ]; then stty "$former" <&4; fi
fi
`;

/** A process of its own that gives the terminal back when this one cannot, as after `kill -9`. */
export interface LastResort {
  /** Whose the screen is from now on. */
  tell(state: "in" | "out"): void;
  /** It is not needed any more. */
  dismiss(): void;
}

const none: LastResort = { tell: () => undefined, dismiss: () => undefined };

/**
 * Starts it, a shell that waits, in a session of its own, so that what ends the whole job does not
 * end it. Resolves when it knows the present mode of the terminal; where it cannot be
 * started, to one that does nothing.
 */
export async function startLastResort(terminal: number): Promise<LastResort> {
  if (process.platform === "win32") return none;
  const child = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", terminal, "ignore", "pipe"],
    detached: true,
  });
  const { stdin } = child;
  const readiness = child.stdio[3] as Readable | null | undefined;
  if (stdin === null || readiness === null || readiness === undefined) return none;
  // It may be gone before it is told: nothing is lost but its help.
  stdin.on("error", () => undefined);
  const ready = await Promise.race([
    once(readiness, "data").then(() => true),
    once(child, "exit").then(() => false),
  ]).catch(() => false);
  readiness.destroy();
  child.unref();
  if (!ready) return none;
  child.on("error", () => undefined);
  return {
    tell: (state) => void stdin.write(`${state}\n`),
    dismiss: () => void stdin.end("out\n"),
  };
}
