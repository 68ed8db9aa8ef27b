import path from "node:path";
import { openContainerStore } from "@stowage/store";
import { Bystander } from "../contestants/bystander.ts";
import type { GoLibrary } from "../contestants/go.ts";
import { readWarm } from "../contestants/raw.ts";
import { place } from "../measure/place.ts";
import { sampleRecord, writeSampleStore } from "../measure/sample-store.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

export const reload: Experiment = {
  name: "reload",
  rows: [{ id: "reload", title: "reload after another process changed one record", of: "containers" }],
  method:
    "Before each turn another process sets the metadata of one container, another one each time; then the open store is " +
    "asked whether a container exists, which takes the read lock, finds the token changed and reads the file. Raw: " +
    "`open`, `read` into one buffer that is used again and again, `close`.",
  sizes: (run) => run,
  async measure({ go, effort }, n) {
    await using folder = await place();
    await using bystander = await Bystander.start();
    const ours = folder.sub("ours");
    const size = writeSampleStore(ours, n);
    await using store = await openContainerStore({ dir: ours });
    // Far apart, so that no change is near the one before.
    let turn = 0;
    const changeIn = (dir: string): Promise<void> =>
      bystander.change(dir, sampleRecord(((turn += 1) * 7919) % n).id);
    const buffer = Buffer.alloc(size * 2);
    return await takeTurns(
      ["reload"],
      n,
      present<Contestant>([
        {
          who: "stowage",
          steps: {
            reload: async () => {
              await changeIn(ours);
              return await timed(() => store.exists("no-such-container"));
            },
          },
        },
        {
          who: "raw",
          steps: { reload: () => timed(() => readWarm(path.join(ours, "containers.json"), buffer)) },
        },
        go === undefined ? undefined : await goReload(go, folder.sub("go"), n, changeIn),
      ]),
      effort(n),
    );
  },
};

async function goReload(
  go: GoLibrary,
  dir: string,
  n: number,
  changeIn: (dir: string) => Promise<void>,
): Promise<Contestant> {
  writeSampleStore(dir, n);
  await go.ask("open", { dir });
  return {
    who: "go",
    steps: {
      reload: async () => {
        await changeIn(dir);
        return await go.once("refresh", { dir });
      },
    },
  };
}
