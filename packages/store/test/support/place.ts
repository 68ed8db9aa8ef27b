import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { quickFolder } from "./quick-folder.ts";
import { openSound, type SoundStore } from "./sound.ts";

/** Where a test lays out a store by hand. */
export interface Place {
  /** An empty folder two levels down, with nothing beside it. */
  readonly dir: string;
  open(): Promise<SoundStore>;
  write(file: string, content: string): Promise<void>;
  read(file: string): Promise<string>;
}

/** Runs the test in an empty folder. */
export async function withPlace(test: (place: Place) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  const dir = path.join(folder.path, "beside", "store");
  await mkdir(dir, { recursive: true });
  await test({
    dir,
    open: () => openSound({ dir }),
    write: (file, content) => writeFile(path.join(dir, file), content),
    read: (file) => readFile(path.join(dir, file), "utf8"),
  });
}
