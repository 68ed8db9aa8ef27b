import { writeFileSync } from "node:fs";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import properLockfile from "proper-lockfile";
import { place } from "../measure/place.ts";
import { type Contestant, takeTurns, timedEach } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

const INNER = 1_000;

export const lock: Experiment = {
  name: "lock",
  rows: [
    { id: "lockWrite", title: "lock + unlock, free, for writing", of: "containers" },
    { id: "lockRead", title: "lock + unlock, free, for reading", of: "containers" },
  ],
  method:
    "An open lock file that nobody else wants, 1,000 times in a turn (proper-lockfile of npm: 50 times).",
  sizes: () => [1],
  async measure({ go, effort }) {
    await using folder = await place();
    await using ours = await openLockFile(path.join(folder.sub("ours"), "bench.lock"));
    const dir = folder.sub("go");
    const other = path.join(folder.sub("npm"), "bench.lock");
    writeFileSync(other, "");
    return await takeTurns(
      ["lockWrite", "lockRead"],
      1,
      present<Contestant>([
        {
          who: "stowage",
          steps: {
            lockWrite: () => timedEach(INNER, async () => (await ours.lockForWriting()).release()),
            lockRead: () => timedEach(INNER, async () => (await ours.lockForReading()).release()),
          },
        },
        go === undefined
          ? undefined
          : { who: "go", steps: { lockWrite: () => go.once("lock", { dir, inner: INNER }) } },
        {
          who: "npm",
          steps: { lockWrite: () => timedEach(50, async () => (await properLockfile.lock(other))()) },
        },
      ]),
      effort(1),
    );
  },
};
