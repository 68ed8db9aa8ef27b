import { readdir, utimes } from "node:fs/promises";
import path from "node:path";

/** Lets everything of a store's portable lock look as if nobody had renewed it for an hour. */
export async function ageLock(dir: string): Promise<void> {
  const marker = path.join(dir, "containers.lock.portable");
  const old = new Date(Date.now() - 3_600_000);
  for (const folder of [".", "readers", "waiting"]) {
    for (const name of await readdir(path.join(marker, folder)).catch(() => []))
      await utimes(path.join(marker, folder, name), old, old);
  }
}
