import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { bundledChild, repositoryRoot } from "@stowage/test-kit";
import type { HammerOptions } from "./hammer.ts";
import type { HammerReport } from "./report.ts";

/** A process that hammers a store until it is told to end, and may be stopped and continued meanwhile. */
export interface Hammer {
  signal(signal: NodeJS.Signals): void;
  /** Sets its wall clock so many milliseconds away from the system's; undefined where that cannot be done. */
  readonly setClock: ((offset: number) => void) | undefined;
  /** Lets it finish what it has begun; resolves to its reports. */
  end(): Promise<readonly HammerReport[]>;
  kill(): void;
}

class Output {
  readonly #output: Buffer[] = [];
  readonly closed: Promise<unknown>;

  constructor(child: ChildProcess) {
    this.closed = once(child, "close");
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => this.#output.push(chunk));
  }

  async report(): Promise<HammerReport> {
    await this.closed;
    const lines = Buffer.concat(this.#output).toString().trim().split("\n");
    try {
      return JSON.parse(lines.at(-1) ?? "") as HammerReport;
    } catch (cause) {
      throw new Error(`a hammer did not report: ${lines.join("\n")}`, { cause });
    }
  }
}

/** Starts a process of ours; resolves when it is at work. */
export async function hammerOfOurs(options: HammerOptions): Promise<Hammer> {
  const folder = path.join(repositoryRoot, "tools/attack/src/concurrency");
  const program = await bundledChild(path.join(folder, "hammer.ts"));
  const clock = await bundledChild(path.join(folder, "jumping-clock.ts"));
  const child = spawn(process.execPath, ["--import", clock, program, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const output = new Output(child);
  await new Promise<void>((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      if (chunk.includes("ready\n")) resolve();
    });
    void output.closed.then(() => resolve());
  });
  return {
    signal: (signal) => child.kill(signal),
    setClock: (offset) => void (child.connected && child.send(offset)),
    end: async () => {
      child.stdin?.end();
      return [await output.report()];
    },
    kill: () => child.kill("SIGKILL"),
  };
}

/** Lets the library hammer the store, one process after the other. */
export function hammerOfLibrary(program: string, args: readonly string[], seed: number): Hammer {
  let child: ChildProcess | undefined;
  let isOver = false;
  const running = (async () => {
    const reports: HammerReport[] = [];
    for (let round = 0; !isOver; round += 1) {
      child = spawn(program, ["hammer", ...args, "--seed", String(seed * 1000 + round)], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      reports.push(await new Output(child).report());
    }
    return reports;
  })();
  // Whoever ends it is told of a failure.
  running.catch(() => undefined);
  return {
    signal: (signal) => child?.kill(signal),
    setClock: undefined,
    end: () => {
      isOver = true;
      return running;
    },
    kill: () => {
      isOver = true;
      child?.kill("SIGKILL");
    },
  };
}
