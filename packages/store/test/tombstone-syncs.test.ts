import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { bundledChild, runProcess, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import type { DeletionReply } from "./support/delete-child.ts";
import { fill, populate, withSmallDisk } from "./support/small-disk.ts";
import { assertFinished, idsIn, idsInFiles } from "./support/tombstones.ts";

/** What came of a deletion on a full disk. */
interface Outcome extends DeletionReply {
  /** Whether the fault was met. */
  readonly met: boolean;
  readonly isGone: boolean;
  /** Whether the files of records still have the containers. */
  readonly isInFiles: boolean;
}

it("tells a deletion as made just when it is, whichever sync of the store's folder fails", async ({
  skip,
}) => {
  const traced = await runProcess("strace", ["-f", "-o", "/dev/null", "true"]).catch(() => undefined);
  if (traced?.code !== 0) return skip("strace is not here, or may not trace");
  const outcomes: Outcome[] = [];
  for (let nth = 1; outcomes.at(-1)?.met !== false; nth += 1) {
    expect(nth, "the faults never come to an end").toBeLessThan(20);
    await withSmallDisk(async (dir, folder) => {
      outcomes.push(await attempt(dir, folder, nth));
    }, skip);
  }
  for (const outcome of outcomes) {
    const { code, mayBeDone = false, isGone, met } = outcome;
    expect(code === undefined, JSON.stringify(outcome)).toBe(!met);
    expect(code === undefined || code === "ERR_DURABILITY" || mayBeDone, JSON.stringify(outcome)).toBe(
      isGone,
    );
  }
  // Among them: the tombstone is taken back, the journal behind it is not for certain, and the records are not.
  const fault = { met: true, errno: "EIO" };
  expect(outcomes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...fault, code: "ERR_IO", isGone: false, isInFiles: true }),
      expect.objectContaining({ ...fault, code: "ERR_DURABILITY", mayBeDone: true, isInFiles: true }),
      expect.objectContaining({ ...fault, code: "ERR_DURABILITY", isGone: true, isInFiles: false }),
    ]),
  );
});

/** Deletes twelve of sixteen containers while the `nth` sync of the store's folder fails. */
async function attempt(dir: string, folder: string, nth: number): Promise<Outcome> {
  const ids = await openContainerStore({ dir }).then(async (store) => {
    await using _ = store;
    return await populate(store);
  });
  const [deleted, left] = [ids.slice(0, 12), ids.slice(12).sort()];
  const filler = await fill(folder, 0);
  await using scratch = await temporaryFolder();
  const log = path.join(scratch.path, "log");
  const child = await bundledChild(path.join(import.meta.dirname, "support/delete-child.ts"));
  const fault = ["-e", "trace=fsync", "-e", `inject=fsync:error=EIO:when=${nth}`, "-P", dir];
  const { stdout } = await runProcess(
    "strace",
    ["-f", "-qq", "-o", log, ...fault, process.execPath, child, dir, ...deleted],
    // strace counts for each thread by itself.
    { env: { UV_THREADPOOL_SIZE: "1", NODE_OPTIONS: "" } },
  );
  const met = (await readFile(log, "utf8")).includes("(INJECTED)");
  const now = await idsIn({ dir, readOnly: true });
  const isGone = now.length === left.length;
  const isInFiles = (await idsInFiles(dir)).length === ids.length;
  await rm(filler);
  await assertFinished(dir, isGone ? left : [...ids].sort());
  return { ...(JSON.parse(stdout) as DeletionReply), met, isGone, isInFiles };
}
