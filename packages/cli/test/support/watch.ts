import { once } from "node:events";
import { createInterface } from "node:readline";

import type { Bench } from "./program.ts";

/** A `stowage watch` that runs. */
export interface RunningWatch extends AsyncDisposable {
  /** The next line; rejects when there is none. */
  line(): Promise<string>;
  /** Sends Ctrl-C; resolves to the exit code, and what was said on standard error. */
  interrupt(): Promise<{ readonly code: number | null; readonly stderr: string }>;
}

export async function startWatch(place: Bench, ...args: string[]): Promise<RunningWatch> {
  const child = await place.start("watch", ...args);
  const exited = once(child, "exit");
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const interrupt = async (): Promise<{ readonly code: number | null; readonly stderr: string }> => {
    child.kill("SIGINT");
    const [code] = (await exited) as [number | null];
    return { code, stderr };
  };
  return {
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error(`the watch has ended: ${stderr}`);
      return next.value;
    },
    interrupt,
    [Symbol.asyncDispose]: async () => void (await interrupt()),
  };
}
