import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { quickFolder } from "./quick-folder.ts";

/** A store's folder, two levels down, among files that nobody may touch. */
export interface GuardedPlace extends AsyncDisposable {
  readonly dir: string;
  /** A folder beside the store's, with a file `precious` in it. */
  readonly victim: string;
  /** Throws when anything outside the store's folder has changed. */
  assertUntouched(): void;
}

export async function guardedPlace(): Promise<GuardedPlace> {
  const folder = await quickFolder();
  const top = path.join(folder.path, "top");
  const dir = path.join(top, "store");
  const victim = path.join(top, "victim");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await mkdir(path.join(victim, "deep"), { recursive: true });
  for (const file of [
    "precious",
    "top/precious",
    "top/victim/precious",
    "top/victim/deep/precious",
    "top/b",
  ]) {
    await writeFile(
      path.join(folder.path, file),
      `${file}, which is longer than sixty-four bytes, so that a token shows. `.repeat(2),
    );
  }
  const before = shape(folder.path, dir);
  return {
    dir,
    victim,
    assertUntouched() {
      const after = shape(folder.path, dir);
      if (after !== before) throw new Error(`outside of the store something changed:\n${before}\n${after}`);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Everything in a folder, but for what is in `except`. Called after every operation, so it has to be quick. */
function shape(folder: string, except: string): string {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const full = path.join(folder, name);
      const stats = lstatSync(full);
      const about = `${full} ${stats.mode} ${stats.ino}`;
      if (full === except) return about;
      if (stats.isDirectory()) return `${about}\n${shape(full, except)}`;
      return `${about} ${stats.isFile() ? readFileSync(full, "utf8") : ""}`;
    })
    .join("\n");
}
