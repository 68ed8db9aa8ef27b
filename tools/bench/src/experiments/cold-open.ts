import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot, runProcess } from "@stowage/test-kit";
import { goProgram } from "../contestants/go.ts";
import { place } from "../measure/place.ts";
import { writeSampleStore } from "../measure/sample-store.ts";
import { benchSource } from "../measure/sources.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

const built = path.join(repositoryRoot, "packages/store/dist/index.js");
const child = benchSource("children/cold-open.mjs");

export const coldOpen: Experiment = {
  name: "cold-open",
  rows: [{ id: "coldOpen", title: "open in a fresh process", of: "containers" }],
  method:
    "A new process for each turn opens the store, by the package as it is built, and asks it whether a container exists; it " +
    "measures that itself, so that its own start and the loading of its modules are left out. Raw: the file is read into fresh memory, as a first " +
    "reading must, in this process.",
  sizes: (run) => run,
  async measure({ go, effort }, n) {
    if (!existsSync(built)) throw new Error(`${built} is missing: turbo run build makes it`);
    await using folder = await place();
    const dir = folder.sub("store");
    writeSampleStore(dir, n);
    const peer = goProgram().found;
    return await takeTurns(
      ["coldOpen"],
      n,
      present<Contestant>([
        {
          who: "stowage",
          steps: { coldOpen: async () => Number(await output(process.execPath, [child, dir])) },
        },
        {
          who: "raw",
          steps: { coldOpen: () => timed(() => readFileSync(path.join(dir, "containers.json"))) },
        },
        go === undefined || peer === undefined
          ? undefined
          : {
              who: "go",
              steps: {
                coldOpen: async () => {
                  const answer = JSON.parse(await output(peer, ["coldopen", "--dir", dir])) as { ns: number };
                  return answer.ns;
                },
              },
            },
      ]),
      effort(n),
    );
  },
};

async function output(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProcess(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}
