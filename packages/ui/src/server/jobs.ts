import type { JobMessage } from "../protocol.ts";
import { write } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";
import { problemOf } from "./problem.ts";

/** Jobs at a time: each may read the whole store. */
const MOST_JOBS = 2;
/** Milliseconds between two lines of progress. */
const PACE = 100;

interface Progress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

export type Job = (signal: AbortSignal, tell: (progress: Progress) => void) => Promise<JobMessage>;

/**
 * Answers with lines of JSON while the job runs: progress now and then, and at the end what came of it, also a failure. A
 * client that goes ends the job.
 */
export async function answerJob({ response, signal, underWay }: Exchange, job: Job): Promise<void> {
  if (underWay.jobs >= MOST_JOBS) {
    throw new HttpError(
      503,
      "ERR_BUSY",
      `${MOST_JOBS} such requests are under way already; end one, or wait for it`,
    );
  }
  underWay.jobs += 1;
  try {
    response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8" });
    response.flushHeaders();
    let last = 0;
    const tell = ({ done, total, what }: Progress): void => {
      const now = performance.now();
      // Progress is no news for a client that has not taken the last one.
      if (now - last < PACE || response.writableNeedDrain || response.destroyed) return;
      last = now;
      response.write(line({ type: "progress", done, total, what }));
    };
    await write(response, line(await outcome(job, signal, tell)));
    response.end();
  } finally {
    underWay.jobs -= 1;
  }
}

async function outcome(
  job: Job,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<JobMessage> {
  try {
    return await job(signal, tell);
  } catch (error) {
    if (signal.aborted) return { type: "failed", problem: { code: "ERR_ENDED", message: "ended" } };
    const { code, message } = problemOf(error);
    if (code === "ERR_INTERNAL") throw error;
    return { type: "failed", problem: { code, message } };
  }
}

const line = (message: JobMessage): string => `${JSON.stringify(message)}\n`;
