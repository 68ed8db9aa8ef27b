import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { bundledChild } from "@stowage/test-kit";
import { benchSource } from "../measure/sources.ts";

/** Another process with the store open, which changes a record when it is told to. */
export class Bystander implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<Bystander> {
    return new Bystander(fork(await bundledChild(benchSource("children/bystander.ts"))));
  }

  async change(dir: string, ref: string): Promise<void> {
    const answered = once(this.#child, "message") as Promise<[string]>;
    this.#child.send({ dir, ref });
    const [answer] = await answered;
    if (answer !== "done") throw new Error(`the other process ${answer}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }
}
