import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { bundledChild, repositoryRoot } from "@stowage/test-kit";

export interface Reply {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly errno?: string;
}

export type Request = Readonly<Record<string, unknown>> & { readonly op: string };

/** The `nth` of the calls of this kind that one thread makes. */
export interface NthCall {
  readonly call: string;
  readonly nth: number;
  readonly thread: number;
}

/** How often one thread makes a kind of call. */
export interface CountedCall extends Pick<NthCall, "call" | "thread"> {
  readonly count: number;
}

/** A fault: such a call fails with `error`. */
export interface Fault extends NthCall {
  readonly error: string;
}

/** Which store the program is to open. */
export interface StoreOfProgram {
  readonly dir: string;
  readonly lock: "kernel" | "portable";
  /** Given for a transient store. */
  readonly runDir?: string | undefined;
}

/** Calls that a thread makes on other things, too, with which the program must not be cut off: they are aimed at the paths. */
const AIMED = new Set(["read", "write", "writev"]);

/** The built program; $STOWAGE_PROGRAM names another one to attack instead. */
export const PROGRAM =
  process.env["STOWAGE_PROGRAM"] ?? path.join(repositoryRoot, "packages/cli/dist/stowage.cjs");

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
    // That it has ended is told by the reply that does not come.
    child.stdin.on("error", () => undefined);
  }

  /** @param log where traces may be written */
  static async start(
    { dir, lock, runDir }: StoreOfProgram,
    paths: readonly string[],
    log: string,
  ): Promise<BatchProgram> {
    const { args, env } = await predictable();
    const place = ["--dir", dir, "--lock", lock];
    if (runDir !== undefined) place.push("--transient", "--run-dir", runDir);
    const child = spawn(process.execPath, [...args, ...place, "batch"], {
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

  /** The system calls that are about files while it answers, by kind and thread. */
  async callsOf(request: Request): Promise<CountedCall[]> {
    const detach = await this.#attach(["-f", "-p", String(this.pid), "-e", "trace=%file,%desc"]);
    await this.ask(request);
    const calls = new Map<string, CountedCall>();
    for (const [whole, thread, call = ""] of (await detach()).matchAll(/^(\d+) +(\w+)\(/gm)) {
      if (call.startsWith("epoll")) continue;
      const count = (calls.get(whole)?.count ?? 0) + 1;
      calls.set(whole, { thread: Number(thread), call, count });
    }
    return [...calls.values()];
  }

  /** The one thread of its pool, which works on `request`. */
  async poolThread(request: Request): Promise<number> {
    const calls = await this.callsOf(request);
    const pool = calls.find(({ thread }) => thread !== this.pid);
    if (pool === undefined) throw new Error(`nothing of ${request.op} was done in the pool`);
    return pool.thread;
  }

  /**
   * Asks while the fault is waiting; `met` says whether it was.
   *
   * @param aim where the main thread's calls fail; by default at the paths only
   */
  async askWithFault(
    request: Request,
    fault: Fault,
    aim: "paths" | "anywhere" = "paths",
  ): Promise<[Reply, boolean]> {
    const isAimed = aim === "paths" || AIMED.has(fault.call);
    const detach = await this.#inject(fault, `error=${fault.error}`, isAimed ? this.#aimOf(fault) : []);
    const reply = await this.ask(request).catch(async (failure: unknown) => {
      await detach();
      throw failure;
    });
    return [reply, (await detach()).includes("(INJECTED)")];
  }

  /**
   * Asks, and has the process stopped (SIGSTOP) at that call. `whileStopped` runs then, and the process goes on after
   * it; `met` says whether it came to that.
   */
  async askAndStop(
    request: Request,
    call: NthCall,
    whileStopped: () => Promise<void>,
  ): Promise<[Reply, boolean]> {
    const detach = await this.#inject(call, "signal=SIGSTOP", []);
    const reply = this.ask(request);
    const isAnswered = reply.then(
      () => true,
      () => true,
    );
    let met = false;
    try {
      while (!(await Promise.race([isAnswered, pause(1, false)]))) {
        if (!(await this.#isStopped())) continue;
        met = true;
        await whileStopped();
        break;
      }
    } finally {
      this.#child.kill("SIGCONT");
      await isAnswered;
      await detach();
    }
    return [await reply, met];
  }

  /** Asks, and has the process killed (SIGKILL) before that call is made; undefined when it was. */
  async askAndKill(request: Request, call: NthCall): Promise<Reply | undefined> {
    const detach = await this.#inject(call, "signal=SIGKILL", []);
    const ended = once(this.#child, "exit");
    const reply = await Promise.race([this.ask(request).catch(() => undefined), ended.then(() => undefined)]);
    await detach();
    return reply;
  }

  /** Whether all of it is: the thread that is traced also stands still at each of its calls. */
  async #isStopped(): Promise<boolean> {
    const threads = await readdir(`/proc/${this.pid}/task`);
    for (const thread of threads) {
      const text = await readFile(`/proc/${this.pid}/task/${thread}/stat`, "latin1").catch(() => "");
      if (text.slice(text.lastIndexOf(")") + 2).startsWith("T")) return true;
    }
    return false;
  }

  /** The pool's thread has nothing to do but files of the store; the main thread has. */
  #aimOf({ call, thread }: NthCall): string[] {
    if (thread !== this.pid && !AIMED.has(call)) return [];
    return this.#paths.flatMap((each) => ["-P", each]);
  }

  #inject(
    { call, nth, thread }: NthCall,
    what: string,
    aim: readonly string[],
  ): Promise<() => Promise<string>> {
    const inject = `inject=${call}:${what}:when=${nth}`;
    return this.#attach(["-p", String(thread), "-e", `trace=${call}`, "-e", inject, ...aim]);
  }

  async #attach(args: readonly string[]): Promise<() => Promise<string>> {
    const strace = spawn("strace", ["-o", this.#log, ...args], {
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
