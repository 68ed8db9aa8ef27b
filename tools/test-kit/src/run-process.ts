import { spawn } from "node:child_process";

export interface RunOptions {
  /** Written to standard input, which is then closed; nothing by default. */
  readonly input?: string | Uint8Array | undefined;
  readonly cwd?: string | undefined;
  /** Added to this process's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Milliseconds after which the process is killed and the call rejects. Default 60,000. */
  readonly timeout?: number | undefined;
  /** Kills the process; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** Exit code, or null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output byte for byte. */
  readonly stdoutBytes: Buffer;
}

/**
 * Runs a program to its end. An exit code is a result, not an error; the call rejects only when the
 * program cannot be started, runs out of time or is aborted, and it is dead by then.
 */
export function runProcess(
  command: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<RunResult> {
  const { timeout = 60_000 } = options;
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let ended: unknown;
    const kill = (reason: unknown): void => {
      ended ??= reason;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => {
      kill(new Error(`${command} ${args.join(" ")} was not done within ${timeout} ms`));
    }, timeout);
    const onAbort = (): void => kill(options.signal?.reason);
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const finish = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
    };
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => {
      // A program may end without reading all of its input: its exit code tells the story.
    });
    child.on("error", (cause) => {
      finish();
      reject(new Error(`${command} cannot be started: ${cause.message}`, { cause }));
    });
    child.on("close", (code, signal) => {
      finish();
      if (ended !== undefined) {
        reject(ended instanceof Error ? ended : new Error("aborted", { cause: ended }));
        return;
      }
      const stdoutBytes = Buffer.concat(stdout);
      resolve({
        code,
        signal,
        stdout: stdoutBytes.toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
        stdoutBytes,
      });
    });
    child.stdin.end(options.input);
  });
}
