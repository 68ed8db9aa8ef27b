import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { bundledChild, repositoryRoot } from "@stowage/test-kit";

/** A program of this package at work. Its standard error is a failure. */
export class Child {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = "";
  #errors = "";

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdout.on("data", (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (this.#errors += chunk.toString()));
  }

  /**
   * Starts a program and waits until it says `ready`.
   * @param file below src
   */
  static async start(file: string, ...args: string[]): Promise<Child> {
    const program = await bundledChild(path.join(repositoryRoot, "tools/attack/src", file));
    const child = new Child(spawn(process.execPath, [program, ...args], { stdio: "pipe" }));
    await new Promise<void>((resolve, reject) => {
      child.#child.stdout.on("data", () => {
        if (child.#output.includes("ready\n")) resolve();
      });
      child.#child.once("close", () => reject(new Error(`it ended at once: ${child.#errors}`)));
    });
    return child;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it, and resolves to what it said after `ready`. */
  async kill(): Promise<string> {
    return await this.#end(() => this.#child.kill("SIGKILL"));
  }

  /** Asks it to end, and resolves to what it said after `ready`. */
  async finish(): Promise<string> {
    return await this.#end(() => this.#child.stdin.end("end\n"));
  }

  async #end(how: () => void): Promise<string> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, "close");
      how();
      await closed;
    }
    if (this.#errors !== "") throw new Error(`the program failed: ${this.#errors}`);
    return this.#output.slice(this.#output.indexOf("ready\n") + "ready\n".length);
  }
}
