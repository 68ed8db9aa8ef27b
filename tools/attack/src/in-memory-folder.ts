import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { temporaryFolder } from "@stowage/test-kit";

const IN_MEMORY = "/dev/shm";

/** A fresh folder in memory where the system has such a place: for thousands of stores that live for a moment. */
export async function inMemoryFolder(): Promise<{ path: string } & AsyncDisposable> {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
  } catch {
    return await temporaryFolder();
  }
  const folder = await mkdtemp(`${IN_MEMORY}/stowage-attack-`);
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
