import { readFileSync } from "node:fs";
import path from "node:path";
import { openContainerStore } from "@stowage/store";
import type { GoLibrary } from "../contestants/go.ts";
import { replaceRaw } from "../contestants/raw.ts";
import { place } from "../measure/place.ts";
import { sampleRecord, writeSampleStore } from "../measure/sample-store.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

export const volatileChanges: Experiment = {
  name: "volatile",
  rows: [
    { id: "createVolatile", title: "create, volatile", of: "containers" },
    { id: "deleteVolatile", title: "delete, volatile", of: "containers" },
  ],
  method:
    "As the durable changes, with N stable containers and one volatile one that comes and goes: only the small volatile " +
    "file is written, and not synced. Raw: the bytes of that file to a new file, `close`, `rename`.",
  sizes: (run) => run,
  async measure({ go, effort }, n) {
    await using folder = await place();
    const ours = folder.sub("ours");
    writeSampleStore(ours, n);
    await using store = await openContainerStore({ dir: ours });
    const image = sampleRecord(0).id;
    let count = 0;
    const created: string[] = [];
    const create = async (): Promise<void> => {
      const name = `bench-${(count += 1)}`;
      const made = await store.create({ names: [name], image, metadata: "m".repeat(300), volatile: true });
      created.push(made.id);
    };
    await create();
    const bytes = readFileSync(path.join(ours, "volatile-containers.json"));
    await store.delete(created.pop() ?? "");
    const target = path.join(folder.sub("raw"), "volatile-containers.json");
    return await takeTurns(
      ["createVolatile", "deleteVolatile"],
      n,
      present<Contestant>([
        {
          who: "stowage",
          steps: {
            createVolatile: () => timed(create),
            deleteVolatile: () => timed(() => store.delete(created.pop() ?? "")),
          },
        },
        {
          who: "raw",
          steps: {
            createVolatile: () => timed(() => replaceRaw(target, bytes, false)),
            deleteVolatile: () => timed(() => replaceRaw(target, Buffer.from("[]"), false)),
          },
        },
        go === undefined ? undefined : await goVolatile(go, folder.sub("go"), n),
      ]),
      { ...effort(n), rounds: 60 },
    );
  },
};

async function goVolatile(go: GoLibrary, dir: string, n: number): Promise<Contestant> {
  writeSampleStore(dir, n);
  await go.ask("open", { dir });
  return {
    who: "go",
    steps: {
      createVolatile: () => go.once("createVolatile", { dir }),
      deleteVolatile: () => go.once("delete", { dir }),
    },
  };
}
