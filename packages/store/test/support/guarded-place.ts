import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { treeListing } from "@stowage/test-kit";
import { quickFolder } from "./quick-folder.ts";

/** A store's folder, two levels down, among files that nobody may touch. */
export interface GuardedPlace extends AsyncDisposable {
  readonly dir: string;
  /** A folder beside the store's, with a file `precious` in it. */
  readonly victim: string;
  /** Throws when anything outside the store's folder has changed. */
  assertUntouched(): Promise<void>;
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
  const outside = async (): Promise<string> => {
    const entries = await treeListing(folder.path);
    return JSON.stringify(entries.filter((entry) => !entry.path.startsWith("top/store/")));
  };
  const before = await outside();
  return {
    dir,
    victim,
    async assertUntouched() {
      const after = await outside();
      if (after !== before) throw new Error(`outside of the store something changed:\n${before}\n${after}`);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
