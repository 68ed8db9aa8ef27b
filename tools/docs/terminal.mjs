import { spawn } from "node:child_process";

/**
 * Runs a line of shell on a pseudo-terminal, which util-linux's `script` makes. Resolves to the exit code when it has
 * ended; `show` gets what appears.
 * @param {string} line
 * @param {{ cwd: string, env: Record<string, string | undefined>, columns?: number, show: (text: string) => void }} options
 * @returns {{ ended: Promise<number>, end: () => void }}
 */
export function onTerminal(line, { cwd, env, columns = 100, show }) {
  const child = spawn("script", ["-qefc", `stty cols ${columns} rows 40 -echo; ${line}`, "/dev/null"], {
    cwd,
    env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdout.setEncoding("utf8").on("data", show);
  // A program that has ended reads nothing any more.
  child.stdin.on("error", () => undefined);
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 128));
  });
  return { ended, end: () => void child.stdin.write("\u0003") };
}
