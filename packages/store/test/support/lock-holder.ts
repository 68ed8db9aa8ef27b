import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** Another program that has a lock, and says so in its first line, until this is disposed of. */
export class LockHolder implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
  }

  /** @param says how its first line begins when all is well */
  static async start(command: string, args: readonly string[], says = "locked"): Promise<LockHolder> {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    const holder = new LockHolder(child);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    if (line.startsWith(says)) return holder;
    await holder[Symbol.asyncDispose]();
    throw new Error(`${command} is not ${says}: ${line}`);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}
