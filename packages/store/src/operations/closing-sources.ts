import { closeSource } from "@stowage/atomic-file";
import type { BigDataSource } from "../big-data.ts";

/** Runs a call that may refuse its sources before it reads them: whatever it fails with, none is left open. */
export async function closingSources<T>(
  sources: readonly BigDataSource[],
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    for (const source of sources) closeSource(source, error);
    throw error;
  }
}
