import type { LockHolder } from "@stowage/store";

import type { CommandContext } from "./context.ts";
import { lockStatus } from "./lock-status.ts";

/** Milliseconds after which a person begins to wonder. */
const PATIENCE = 3000;

/**
 * Says once, on standard error, who keeps us waiting for the lock, when that takes
 * long: without `--lock-timeout` the program waits until it is free. It looks ever
 * more seldom. The caller ends it.
 */
export function remarkOnWaiting(context: CommandContext): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const lookIn = (milliseconds: number): void => {
    timer = setTimeout(() => {
      void look(context).then((isTold) => {
        if (!isTold && timer !== undefined) lookIn(milliseconds * 2);
      });
    }, milliseconds).unref();
  };
  if (!context.quiet && !context.json) lookIn(PATIENCE);
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

async function look(context: CommandContext): Promise<boolean> {
  // Whether the lock can be had is told by whoever waits for it; here a failure is none.
  const status = await lockStatus(context, "ourselves").catch(() => undefined);
  if (status === undefined || status.waiting.longestOwn < PATIENCE / 2) return false;
  const others = status.holders.filter(({ own }) => !own);
  await context.remark(
    `waiting for the lock of ${context.location.dir}, which ${whoHas(others)}; Ctrl-C gives up, and --lock-timeout MS ` +
      "says how long to wait",
  );
  return true;
}

function whoHas(holders: readonly LockHolder[]): string {
  if (holders.length === 0) return "a process has that the system does not name";
  const names = holders.map(({ program, pid }) => `${program ?? "a process"} (pid ${pid})`);
  return `${names.join(", ")} ${names.length === 1 ? "has" : "have"}`;
}
