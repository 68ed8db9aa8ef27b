import { randomBytes } from "node:crypto";
import path from "node:path";
import { writeFileAtomic } from "@stowage/atomic-file";
import theirs from "write-file-atomic";
import { replaceRaw } from "../contestants/raw.ts";
import { place } from "../measure/place.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, MIB, present } from "./experiment.ts";

export const atomicWrite: Experiment = {
  name: "atomic-write",
  rows: [
    { id: "atomicWriteSynced", title: "atomic write, synced", of: "bytes" },
    { id: "atomicWriteUnsynced", title: "atomic write, not synced", of: "bytes" },
  ],
  method:
    "The same random bytes over the same file. Go's `AtomicWriteFile` syncs the file and not its folder, as does " +
    "write-file-atomic of npm; Stowage and raw sync both.",
  sizes: (_run, quick) => (quick ? [4096, MIB] : [4096, MIB, 40 * MIB]),
  async measure({ go, effort }, size) {
    await using folder = await place();
    const bytes = randomBytes(size);
    const target = (who: string): string => path.join(folder.sub(who), "atomic.bin");
    const [ours, raw, npm, goDir] = [target("ours"), target("raw"), target("npm"), folder.sub("go")];
    const rounds = size > MIB ? 10 : 60;
    return await takeTurns(
      ["atomicWriteSynced", "atomicWriteUnsynced"],
      size,
      present<Contestant>([
        {
          who: "stowage",
          steps: {
            atomicWriteSynced: () => timed(() => writeFileAtomic(ours, bytes)),
            atomicWriteUnsynced: () => timed(() => writeFileAtomic(ours, bytes, { sync: false })),
          },
        },
        {
          who: "raw",
          steps: {
            atomicWriteSynced: () => timed(() => replaceRaw(raw, bytes, true)),
            atomicWriteUnsynced: () => timed(() => replaceRaw(raw, bytes, false)),
          },
        },
        go === undefined
          ? undefined
          : {
              who: "go",
              steps: {
                atomicWriteSynced: () => go.once("atomicWrite", { dir: goDir, size, sync: true }),
                atomicWriteUnsynced: () => go.once("atomicWrite", { dir: goDir, size, sync: false }),
              },
            },
        {
          who: "npm",
          steps: {
            atomicWriteSynced: () => timed(() => theirs(npm, bytes)),
            atomicWriteUnsynced: () => timed(() => theirs(npm, bytes, { fsync: false })),
          },
        },
      ]),
      { ...effort(1), rounds },
    );
  },
};
