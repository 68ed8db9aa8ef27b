import type { CheckProgress, GcResult, RepairResult } from "@stowage/store";
import type { JobMessage } from "../protocol.ts";
import { type Exchange, LOCK_PATIENCE, readBody } from "./exchange.ts";
import { badRequest, HttpError } from "./http-error.ts";
import { answerJob } from "./jobs.ts";
import { cut } from "./rows.ts";

/** Findings, and leftovers, that are listed; of a broken store there may be millions. */
const MOST_LISTED = 1000;

/** `POST /api/check`: what is wrong, and what `repair` would do about it by itself. Changes nothing. */
export async function check(exchange: Exchange): Promise<void> {
  const { base } = exchange;
  await answerJob(exchange, async (signal, tell) => {
    const onProgress = ({ done, total, what }: CheckProgress): void => tell({ done, total, what });
    return findings(await base.store.repair({ dryRun: true, signal, onProgress, timeout: LOCK_PATIENCE }));
  });
}

/** `POST /api/repair`: mends the findings of the codes that were chosen. */
export async function repair(exchange: Exchange): Promise<void> {
  const { base } = exchange;
  mustBeAllowed(exchange);
  const { codes } = await readBody(exchange);
  if (!Array.isArray(codes) || codes.length === 0 || !codes.every((code) => typeof code === "string")) {
    throw badRequest("codes must be a list of codes of findings");
  }
  await answerJob(exchange, async (signal, tell) => {
    const onProgress = ({ done, total, what }: CheckProgress): void => tell({ done, total, what });
    return findings(await base.store.repair({ codes, signal, onProgress, timeout: LOCK_PATIENCE }));
  });
}

/** `POST /api/gc`: what belongs to no container; removed only with `"remove": true`. */
export async function collect(exchange: Exchange): Promise<void> {
  const { base } = exchange;
  mustBeAllowed(exchange);
  const { remove } = await readBody(exchange);
  await answerJob(exchange, async (signal) =>
    garbage(await base.store.gc({ dryRun: remove !== true, signal, timeout: LOCK_PATIENCE })),
  );
}

/** @throws HttpError 403 unless the server was started with `--write` */
export function mustBeAllowed({ base }: Exchange): void {
  if (base.canWrite) return;
  throw new HttpError(
    403,
    "ERR_STORE_READ_ONLY",
    "this page only looks: start `stowage ui --write` to change the store",
  );
}

function findings({ steps, backups }: RepairResult): JobMessage {
  return {
    type: "findings",
    findings: steps.slice(0, MOST_LISTED).map(({ finding, outcome, detail }) => ({
      code: finding.code,
      severity: finding.severity,
      message: cut(finding.message, 1000),
      action: finding.action,
      repair: finding.repair,
      outcome,
      detail: cut(detail, 1000),
      path: finding.path,
    })),
    backups,
    more: Math.max(0, steps.length - MOST_LISTED),
  };
}

function garbage({ removed, kept, bytes, dryRun }: GcResult): JobMessage {
  return {
    type: "garbage",
    items: removed.slice(0, MOST_LISTED),
    kept: kept.length,
    bytes,
    dryRun,
    more: Math.max(0, removed.length - MOST_LISTED),
  };
}
