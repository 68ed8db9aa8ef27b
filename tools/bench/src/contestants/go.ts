import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Found, peer } from "@stowage/test-kit";

type Reply =
  { readonly ok: true; readonly ns: number[] | null } | { readonly ok: false; readonly message: string };

/** The Go library in a process of its own, which does a row when it is told to (see tools/go-peer/README.md). */
export class GoLibrary implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #replies: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  constructor(program: string) {
    this.#child = spawn(program, ["bench"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", resolve);
      this.#child.once("exit", resolve);
    });
    this.#replies = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** Resolves to the ns of each run. */
  async ask(row: string, fields: Readonly<Record<string, unknown>> = {}): Promise<number[]> {
    this.#child.stdin!.write(`${JSON.stringify({ row, ...fields })}\n`);
    const next = await this.#replies.next();
    if (next.done === true) throw new Error(`the Go program ended in row ${row}`);
    const reply = JSON.parse(next.value) as Reply;
    if (!reply.ok) throw new Error(`Go, row ${row}: ${reply.message}`);
    return reply.ns ?? [];
  }

  /** Does a row once; resolves to the ns of one of its `inner` operations. */
  async once(row: string, fields: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const [ns = Number.NaN] = await this.ask(row, fields);
    return ns / (typeof fields["inner"] === "number" ? fields["inner"] : 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin!.end();
    await this.#ended;
  }
}

/** The program, or why it is not there. */
export function goProgram(): Found<string> {
  const { found, reason } = peer();
  return found === undefined ? { found, reason } : { found: found.peer, reason: undefined };
}
