import { rmSync, readdirSync } from "node:fs";
import path from "node:path";
import type { HeldWriteLock } from "@stowage/lockfile";

/** Lets another process take a portable lock over: the one who holds it is not told. */
export function takeOver(lockFile: string, { stagingFolder }: HeldWriteLock): void {
  const gate = path.join(`${lockFile}.portable`, "gate");
  for (const owner of readdirSync(gate)) rmSync(path.join(gate, owner));
  rmSync(stagingFolder ?? "", { recursive: true });
}
