import { type ChildProcess, fork, type ForkOptions } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Verdict } from "@stowage/test-kit";

/** Heap that a child may have at most, in megabytes: who needs more is ended by V8. */
export const HEAP_MEGABYTES = 256;
/** Milliseconds of CPU after which an input counts as hanging, and is ended; a single call may have far less. */
const MOST_CPU = 15_000;
/** Milliseconds on the clock in which it got no CPU at all: even a starved process gets some, one that waits does not. */
const MOST_IDLE = 30_000;
/** The longest that an input may take on the clock, whatever it does. */
const MOST_TIME = 300_000;
const GLANCE = 500;

interface Waiting {
  readonly input: object;
  readonly resolve: (verdict: Verdict) => void;
  cpu: number;
  since: number;
}

/**
 * A process that judges inputs, and is killed when one of them makes it hang:
 * by the CPU that it takes, so that a busy machine is no false alarm, or by
 * doing nothing for long. The next input then gets a new process.
 */
export class WatchedChild {
  readonly #program: string;
  readonly #options: ForkOptions;
  #child: ChildProcess | undefined;
  #queue: Waiting[] = [];
  #errors = "";
  #reason = "";
  /** When the CPU that it has had was last seen to grow. */
  #moved = { cpu: 0, at: 0 };
  readonly #watch: NodeJS.Timeout;

  /** @param prefix a program and its arguments that runs Node, such as strace */
  constructor(program: string, prefix: readonly string[] = []) {
    this.#program = program;
    const node = [...prefix, process.execPath];
    this.#options = {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execPath: node[0]!,
      execArgv: [...node.slice(1), `--max-old-space-size=${HEAP_MEGABYTES}`, "--enable-source-maps"],
    };
    this.#watch = setInterval(() => this.#look(), GLANCE);
  }

  /** How many inputs wait for their verdict. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Inputs are judged in order; never rejects. */
  async judge(input: object): Promise<Verdict> {
    return await new Promise((resolve) => this.#send({ input, resolve, cpu: Number.NaN, since: Date.now() }));
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    // Not "close", which Node may keep to itself when it was this side that ended the channel.
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  }

  #send(waiting: Waiting): void {
    this.#child ??= this.#start();
    this.#queue.push(waiting);
    this.#child.send(waiting.input);
  }

  #start(): ChildProcess {
    const child = fork(this.#program, this.#options);
    child.stderr?.on(
      "data",
      (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4000)),
    );
    child.on("message", (message) => {
      if (message === "ready") this.#begin(child);
      else if (typeof message === "string") this.#reason = message;
      else this.#answer(child, message as Verdict);
    });
    child.on("error", (error) => (this.#reason = error.message));
    child.once("close", (code, signal) => this.#ended(child, code, signal));
    return child;
  }

  #answer(child: ChildProcess, verdict: Verdict): void {
    this.#queue.shift()?.resolve(verdict);
    this.#begin(child);
  }

  /** The next input begins now. */
  #begin(child: ChildProcess): void {
    const [next] = this.#queue;
    if (next === undefined) return;
    next.cpu = cpuOf(child.pid);
    next.since = Date.now();
  }

  #look(): void {
    const [first] = this.#queue;
    const child = this.#child;
    if (first === undefined || child === undefined) return;
    const cpu = cpuOf(child.pid);
    const now = Date.now();
    if (Number.isNaN(first.cpu)) [first.cpu, first.since] = [cpu, now];
    if (cpu !== this.#moved.cpu) this.#moved = { cpu, at: now };
    const took = cpu - first.cpu;
    const idle = now - Math.max(first.since, this.#moved.at);
    if (took > MOST_CPU) this.#kill(`it took ${took} ms of CPU, and did not end`);
    else if (idle > MOST_IDLE || now - first.since > MOST_TIME)
      this.#kill(`it did not end within ${now - first.since} ms, the last ${idle} without any CPU`);
  }

  #kill(reason: string): void {
    this.#reason = `hangs: ${reason}`;
    this.#child?.kill("SIGKILL");
  }

  /** Whoever was being judged has ended the process; the others go to the next one. */
  #ended(child: ChildProcess, code: number | null, signal: string | null): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const [first, ...others] = this.#queue.splice(0);
    const why = this.#reason === "" ? `the process ended (${code ?? signal}): ${this.#errors}` : this.#reason;
    this.#errors = this.#reason = "";
    first?.resolve({ slowest: 0, slowestCall: "", peak: 0, counts: {}, violations: [why] });
    for (const each of others) this.#send({ ...each, cpu: Number.NaN, since: Date.now() });
  }
}

/** Milliseconds of CPU that a process has had; 0 where the system does not tell. */
function cpuOf(pid: number | undefined): number {
  const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number);
  return (user + system) * 10;
}

/** The fields behind the name, which may hold anything. */
function statOf(pid: number | undefined): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
