import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { bundledChild } from "@stowage/test-kit";
import type { OpenLockFileOptions } from "../src/index.ts";

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string; readonly holders?: unknown };
}

/** What went wrong in the child. */
export class ChildError extends Error {
  readonly code: string | undefined;
  readonly holders: unknown;

  constructor(error: NonNullable<Answer["error"]>) {
    super(error.message);
    this.code = error.code;
    this.holders = error.holders;
  }
}

/** A process of its own that locks (child/lock-child.ts); `await using` kills it. */
export class Locker implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #next = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (answer: Answer) => {
      const call = this.#calls.get(answer.id);
      this.#calls.delete(answer.id);
      if (answer.error === undefined) call?.resolve(answer.value);
      else call?.reject(new ChildError(answer.error));
    });
    child.on("exit", (code, signal) => {
      const error = new Error(`the child ended: ${signal ?? code}`);
      for (const call of this.#calls.values()) call.reject(error);
      this.#calls.clear();
    });
  }

  /** `program` is the child's program where it is not the usual one. */
  static async start(lockFile: string, options: OpenLockFileOptions = {}, program?: string): Promise<Locker> {
    const file = program ?? (await bundledChild(new URL("child/lock-child.ts", import.meta.url)));
    const child = fork(file, {
      execArgv: ["--enable-source-maps"],
      // Some runners let it lead to packages of ours, which a program far away must not find.
      env: { ...process.env, NODE_PATH: undefined },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await once(child, "message");
    const locker = new Locker(child);
    await locker.call("open", lockFile, options);
    return locker;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  call<T = unknown>(method: string, ...args: readonly unknown[]): Promise<T> {
    const id = this.#next;
    this.#next += 1;
    return new Promise<T>((resolve, reject) => {
      this.#calls.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ id, method, args }, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Has the process call `process.exit`. */
  async exit(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.call("exit").catch(() => undefined);
    await exited;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
