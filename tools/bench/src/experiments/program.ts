import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { peer, repositoryRoot, runProcess } from "@stowage/test-kit";
import { place } from "../measure/place.ts";
import { writeSampleStore } from "../measure/sample-store.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

const program = path.join(repositoryRoot, "packages/cli/dist/stowage.cjs");

export const wholeProgram: Experiment = {
  name: "program",
  rows: [{ id: "program", title: "whole process: `stowage ls`", of: "containers" }],
  method:
    "From `spawn` to the end of the process, its output collected. node: an empty file. Go: `containers-storage " +
    "containers`, the build without C, on the same tree of the vfs driver.",
  sizes: (run, quick) => [1, ...run.filter((n) => n <= (quick ? 1_000 : 10_000))],
  async measure({ effort }, n) {
    if (!existsSync(program)) throw new Error(`${program} is missing: turbo run build makes it`);
    await using folder = await place();
    const root = folder.sub("root");
    const dir = path.join(root, "vfs-containers");
    writeSampleStore(dir, n);
    const empty = path.join(folder.path, "empty.mjs");
    writeFileSync(empty, "");
    const tool = peer().found;
    const places = ["-s", "vfs", "-g", root, "-R", path.join(folder.path, "run")];
    return await takeTurns(
      ["program"],
      n,
      present<Contestant>([
        { who: "stowage", steps: { program: () => whole(process.execPath, [program, "ls", "--dir", dir]) } },
        { who: "node", steps: { program: () => whole(process.execPath, [empty]) } },
        tool === undefined
          ? undefined
          : {
              who: "go",
              steps: {
                program: () =>
                  whole(path.join(tool.home, "bin/containers-storage-static"), [...places, "containers"]),
              },
            },
      ]),
      { ...effort(n), rounds: 20 },
    );
  },
};

async function whole(command: string, args: readonly string[]): Promise<number> {
  return await timed(async () => {
    const { code, stderr } = await runProcess(command, args);
    if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  });
}
