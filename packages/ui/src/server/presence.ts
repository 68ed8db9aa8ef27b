import { stat } from "node:fs/promises";
import path from "node:path";
import type { ContainerStore } from "@stowage/store";
import type { Handler } from "./exchange.ts";
import { HttpError } from "./http-error.ts";

/**
 * The handler, for as long as the store is there. A store that is open for changes makes its folder anew when it is asked
 * anything: whoever moves it away, or unmounts it, would find an empty one in its place, to which the page looks on.
 */
export function whileThere(handler: Handler): Handler {
  return async (exchange) => {
    await mustBeThere(exchange.base.store);
    await handler(exchange);
  };
}

type Where = Pick<ContainerStore, "dir" | "runDir" | "transient" | "readOnly">;

/** @throws HttpError 503 when the folder is gone, or, of a store that may be changed, its lock file */
export async function mustBeThere({ dir, runDir, transient, readOnly }: Where): Promise<void> {
  // A transient store has its lock where its records are.
  const locked = transient ? (runDir ?? dir) : dir;
  const needed = readOnly ? `${dir}${path.sep}` : path.join(locked, "containers.lock");
  const why = await stat(needed).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (why === undefined || !isMissing(why)) return;
  throw new HttpError(
    503,
    "ERR_STORE_NOT_FOUND",
    `there is no store at ${dir} at the moment: ${needed} is missing. Nothing was made`,
  );
}

/** What else the system says, the store says better. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
