import type { SingleBar } from "cli-progress";

import type { CommandContext } from "./context.ts";
import { progressLine } from "./render/progress-line.ts";
import type { Progress } from "./render/progress-line.ts";

export type { Progress };

/** What is over sooner is not worth a bar. In milliseconds. */
const PATIENCE = 200;

/** Of a shorter time no speed can be told. In seconds. */
const ENOUGH_TO_MEASURE = 0.5;

/**
 * Shows how far `use` is, as it tells, in one line on standard error that is gone in
 * the end. Only on a terminal, and not with `--quiet` or `--json`; elsewhere nothing
 * is loaded or shown.
 */
export async function withProgress<T>(
  context: CommandContext,
  title: string,
  use: (tell: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  if (!context.surroundings.stderr.isTerminal || context.quiet || context.json) {
    return await use(() => undefined);
  }
  const line = new Line(title);
  try {
    return await use((progress) => line.tell(progress));
  } finally {
    line.end();
  }
}

class Line {
  readonly #title: string;
  readonly #timer: NodeJS.Timeout;
  #started = performance.now();
  #last: Progress | undefined;
  #shown: SingleBar | undefined;
  #isOver = false;

  constructor(title: string) {
    this.#title = title;
    this.#timer = setTimeout(() => void this.#show(), PATIENCE);
  }

  tell(progress: Progress): void {
    // Another thing is counted now, at a speed of its own. What was prepared before the first is no part of it:
    // the time left would be hours, and seconds in the next moment.
    const isAnother =
      this.#last === undefined || this.#last.unit !== progress.unit || this.#last.done > progress.done;
    if (isAnother) this.#started = performance.now();
    this.#last = progress;
    this.#shown?.update(progress.done);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#shown?.stop();
  }

  /** Never rejects: what is shown is no reason to fail. */
  async #show(): Promise<void> {
    const loaded = await import("cli-progress").catch(() => undefined);
    if (loaded === undefined || this.#isOver) return;
    this.#shown = new loaded.default.SingleBar({
      stream: process.stderr,
      clearOnComplete: true,
      // It would leave a terminal without line wrapping when the process is killed; the line fits anyway.
      linewrap: true,
      format: () => this.#text(),
    });
    this.#shown.start(1, 0);
  }

  #text(): string {
    const { done, total, unit } = this.#last ?? { done: 0, total: undefined, unit: "bytes" };
    // In the last cell the cursor would wait to wrap.
    const columns = (process.stderr.columns || 80) - 1;
    const passed = (performance.now() - this.#started) / 1000;
    const seconds = passed < ENOUGH_TO_MEASURE ? 0 : passed;
    return progressLine(this.#title, { done, total, unit }, { seconds, columns });
  }
}
