import { rmSync } from "node:fs";
import path from "node:path";
import { type HeldWriteLock, openLockFile } from "@stowage/lockfile";
import { describe, expect, it } from "vitest";
import { StowageError } from "../src/index.ts";
import { GroupFailure } from "../src/persistence/group-failure.ts";
import { StorePaths } from "../src/persistence/paths.ts";
import { quickFolder } from "./support/quick-folder.ts";

/** With a portable lock that another one has taken over. */
async function withLostLock(test: (held: HeldWriteLock, paths: StorePaths) => void): Promise<void> {
  await using folder = await quickFolder();
  const paths = new StorePaths({ dir: folder.path });
  const lock = await openLockFile(paths.lockFile, { protocol: "portable" });
  const held = await lock.lockForWriting();
  rmSync(path.join(folder.path, "containers.lock.portable"), { recursive: true });
  test(held, paths);
  await held.release().catch(() => undefined);
  await lock.close();
}

const BOTH = { stable: true, volatile: true };

describe("a save that failed, of a writer whose lock is lost", () => {
  it("failed for that reason, whatever was missing then", () =>
    withLostLock((held, paths) => {
      const error = new StowageError("ERR_IO", "a file is missing");
      expect(new GroupFailure(error, held, paths).errorFor(BOTH)).toMatchObject({
        code: "ERR_LOCK_COMPROMISED",
      });
    }));

  it("is still told as one of a change that is made", () =>
    withLostLock((held, paths) => {
      const error = new StowageError("ERR_NO_SPACE", "the containers count as deleted", { mayBeDone: true });
      expect(new GroupFailure(error, held, paths).errorFor(BOTH)).toBe(error);
    }));
});
