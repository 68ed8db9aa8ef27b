import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { temporaryFolder } from "@stowage/test-kit";

const IN_MEMORY = "/dev/shm";

/**
 * A temporary folder in memory where the system has such a place: for tests
 * that do thousands of synced writes and are not about what a disk does.
 */
export async function quickFolder(): Promise<{ path: string } & AsyncDisposable> {
  if (process.platform !== "linux" || !isWritable(IN_MEMORY)) return await temporaryFolder();
  const folder = await mkdtemp(`${IN_MEMORY}/stowage-`);
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
