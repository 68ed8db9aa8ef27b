import path from "node:path";
import { openContainerStore } from "@stowage/store";
import { bundledChild, runProcess } from "@stowage/test-kit";
import { hashRaw, readAndHashRaw, writeAndHashRaw } from "../contestants/raw.ts";
import { type Figure, figureOf } from "../measure/figure.ts";
import { place } from "../measure/place.ts";
import { writeSampleStore } from "../measure/sample-store.ts";
import { benchSource } from "../measure/sources.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, MIB, present } from "./experiment.ts";

export const bigData: Experiment = {
  name: "big-data",
  rows: [
    { id: "bigDataIn", title: "big data in", of: "bytes" },
    { id: "bigDataOut", title: "big data out", of: "bytes" },
    { id: "bigDataInMemory", title: "big data in: resident memory above the start", of: "bytes" },
    { id: "bigDataOutMemory", title: "big data out: resident memory above the start", of: "bytes" },
  ],
  method:
    "One item of a store of one container, in a fresh process for each turn, which measures itself: in as an async " +
    "iterable of chunks of 1 MiB, out as a stream that is verified by its digest. Raw in: each chunk hashed and written, " +
    "`fdatasync`, `rename`, `fsync` of the folder; raw out: chunks of 1 MiB read into one buffer and hashed. Go " +
    "(1 MiB only) takes and gives an item whole. The digest alone is SHA-256 of the same bytes.",
  sizes: (_run, quick) => (quick ? [MIB, 16 * MIB] : [MIB, 1024 * MIB]),
  async measure({ go, effort }, size) {
    await using folder = await place();
    const dir = folder.sub("ours");
    {
      await using store = await openContainerStore({ dir });
      await store.create({ id: "item" });
    }
    const memory = { in: [] as number[], out: [] as number[] };
    const child = await bundledChild(benchSource("children/big-data.ts"));
    const ours = async (direction: "in" | "out"): Promise<number> => {
      const { code, stdout, stderr } = await runProcess(
        process.execPath,
        [child, dir, direction, String(size)],
        { timeout: 600_000 },
      );
      if (code !== 0) throw new Error(`big data ${direction}: ${stderr}`);
      const measured = JSON.parse(stdout) as { ns: number; memory: number };
      memory[direction].push(measured.memory);
      return measured.ns;
    };
    const raw = path.join(folder.sub("raw"), "item");
    const chunk = Buffer.alloc(MIB, "stowage");
    const buffer = Buffer.alloc(MIB);
    const goDir = folder.sub("go");
    if (go !== undefined && size === MIB) {
      writeSampleStore(goDir, 1);
      await go.ask("open", { dir: goDir });
    }
    const figures = await takeTurns(
      ["bigDataIn", "bigDataOut"],
      size,
      present<Contestant>([
        { who: "stowage", steps: { bigDataIn: () => ours("in"), bigDataOut: () => ours("out") } },
        {
          who: "raw",
          steps: {
            bigDataIn: () => timed(() => writeAndHashRaw(raw, chunk, size)),
            bigDataOut: () => timed(() => readAndHashRaw(raw, buffer)),
          },
        },
        {
          who: "digest alone",
          steps: {
            bigDataIn: () => timed(() => hashRaw(chunk, size)),
            bigDataOut: () => timed(() => hashRaw(chunk, size)),
          },
        },
        go === undefined || size !== MIB
          ? undefined
          : {
              who: "go",
              steps: {
                bigDataIn: () => go.once("setBigData", { dir: goDir, size }),
                bigDataOut: () => go.once("bigData", { dir: goDir, size }),
              },
            },
      ]),
      { ...effort(1), rounds: size > MIB ? 5 : 20 },
    );
    const memoryFigure = (row: string, samples: readonly number[]): Figure =>
      figureOf(row, size, "stowage", samples, "bytes");
    return [
      ...figures,
      memoryFigure("bigDataInMemory", memory.in),
      memoryFigure("bigDataOutMemory", memory.out),
    ];
  },
};
