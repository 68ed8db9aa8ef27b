import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Where everything is written: $STOWAGE_BENCH_DIR or the system's temporary folder. It should be on a real disk. */
export function benchRoot(): string {
  const given = process.env["STOWAGE_BENCH_DIR"];
  return given === undefined || given === "" ? tmpdir() : path.resolve(given);
}

/** A fresh folder; `await using` removes it. */
export async function place(): Promise<{ path: string; sub(name: string): string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(benchRoot(), "stowage-bench-"));
  return {
    path: folder,
    sub(name) {
      const made = path.join(folder, name);
      mkdirSync(made, { recursive: true, mode: 0o700 });
      return made;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
