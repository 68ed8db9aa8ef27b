import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** One process of the library's driver. Requests may be sent without waiting; replies come in their order. */
export class PeerDrive implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void }[] = [];
  readonly #exited: Promise<unknown>;
  #ended: Error | undefined;

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(program, ["drive", ...args], { stdio: ["pipe", "pipe", "inherit"] });
    this.#exited = new Promise((resolve) => this.#child.on("close", resolve));
    this.#child.on("error", (cause) =>
      this.#fail(new Error(`the peer cannot be started: ${cause.message}`, { cause })),
    );
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#waiting.shift()?.resolve(line));
    this.#child.stdin.on("error", () => undefined);
    this.#child.on("close", (code) => this.#fail(new Error(`the peer ended with ${code}`)));
  }

  /** Sends a request; resolves to its reply. */
  send(line: string): Promise<string> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${line}\n`);
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Lets it answer everything, and end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#exited;
  }
}
