import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { bundledChild, repositoryRoot } from "@stowage/test-kit";

export interface Reply {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly errno?: string;
}

export type Request = Readonly<Record<string, unknown>> & { readonly op: string };

/** A fault: the `nth` of the calls of this kind, made by one thread on one of the paths, fails with `error`. */
export interface Fault {
  readonly call: string;
  readonly error: string;
  readonly nth: number;
  readonly thread: number;
}

/** The built program; $STOWAGE_PROGRAM names another one to attack instead. */
export const PROGRAM =
  process.env["STOWAGE_PROGRAM"] ?? path.join(repositoryRoot, "packages/cli/dist/stowage.js");

/** Arguments of Node, and the environment, with which the program's temporary names are known beforehand. */
export async function predictable(): Promise<{ args: string[]; env: Record<string, string | undefined> }> {
  const preload = await bundledChild(
    path.join(repositoryRoot, "tools/attack/src/faults/predictable-names.ts"),
  );
  // One thread in the pool, so that the nth call of a thread is the same in each run.
  return {
    args: ["--import", preload, PROGRAM],
    env: { UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0", NODE_OPTIONS: "" },
  };
}

/** One `stowage batch` of the built program, which lives through many faults. */
export class BatchProgram implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #paths: readonly string[];
  readonly #log: string;
  readonly stderr: Buffer[] = [];

  private constructor(child: ChildProcessWithoutNullStreams, paths: readonly string[], log: string) {
    this.#child = child;
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    this.#paths = paths;
    this.#log = log;
    child.stderr.on("data", (chunk: Buffer) => this.stderr.push(chunk));
  }

  /** @param log where traces may be written */
  static async start(dir: string, paths: readonly string[], log: string): Promise<BatchProgram> {
    const { args, env } = await predictable();
    const child = spawn(process.execPath, [...args, "--dir", dir, "batch"], {
      env: { ...process.env, ...env },
      stdio: "pipe",
    });
    return new BatchProgram(child, paths, log);
  }

  async ask(request: Request): Promise<Reply> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`the program ended: ${Buffer.concat(this.stderr).toString()}`);
    return JSON.parse(line.value) as Reply;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The kinds of system calls on the paths while it answers, and the thread that makes them. */
  async callsOf(request: Request): Promise<{ thread: number; call: string }[]> {
    const detach = await this.#attach(["-f", "-p", String(this.pid)]);
    await this.ask(request);
    const calls = new Map<string, { thread: number; call: string }>();
    for (const [whole, thread, call = ""] of (await detach()).matchAll(/^(\d+) +(\w+)\(/gm)) {
      calls.set(whole, { thread: Number(thread), call });
    }
    return [...calls.values()];
  }

  /** Asks while the fault is waiting; `met` says whether it was. */
  async askWithFault(request: Request, { call, error, nth, thread }: Fault): Promise<[Reply, boolean]> {
    const inject = `inject=${call}:error=${error}:when=${nth}`;
    const detach = await this.#attach(["-p", String(thread), "-e", `trace=${call}`, "-e", inject]);
    const reply = await this.ask(request).catch(async (failure: unknown) => {
      await detach();
      throw failure;
    });
    return [reply, (await detach()).includes("(INJECTED)")];
  }

  async #attach(args: readonly string[]): Promise<() => Promise<string>> {
    const aim = this.#paths.flatMap((each) => ["-P", each]);
    const strace = spawn("strace", ["-o", this.#log, ...args, ...aim], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(strace, "exit");
    await new Promise<void>((resolve, reject) => {
      let said = "";
      strace.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("attached")) resolve();
      });
      void ended.then(() => reject(new Error(`strace could not attach: ${said}`)));
    });
    return async () => {
      strace.kill("SIGINT");
      await ended;
      return await readFile(this.#log, "utf8");
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await ended;
  }
}
