import type { HeldWriteLock } from "@stowage/lockfile";
import { type CommitStep, NO_FILE } from "../model/commit-journal.ts";
import { identityOf, takeAway } from "./commit.ts";
import { folderOf, syncFolder, unless } from "./disk.ts";
import type { ItemName } from "./item-move.ts";
import { lookAt } from "./look.ts";

/** A big data item whose file goes away once no record speaks of it any more. */
export class ItemRemoval {
  readonly item: ItemName;
  readonly file: string;
  readonly #folders: readonly string[];

  constructor(item: ItemName, folders: readonly string[], file: string) {
    this.item = item;
    this.#folders = folders;
    this.file = file;
  }

  /** For the journal. */
  step(): CommitStep {
    return {
      target: { file: "item", ...this.item },
      from: undefined,
      before: identityOf(this.file),
      after: NO_FILE,
    };
  }

  /** Removes the file, reached through real folders only. */
  async carryOut(held: HeldWriteLock): Promise<void> {
    if (!this.#folders.every((folder) => lookAt(folder)?.isDirectory() === true)) return;
    await takeAway(this.file, held);
    await unless(["ENOENT"], syncFolder(folderOf(this.file)));
  }
}
