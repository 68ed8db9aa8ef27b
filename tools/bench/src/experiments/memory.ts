import { bundledChild, runProcess } from "@stowage/test-kit";
import { type Figure, figureOf } from "../measure/figure.ts";
import { place } from "../measure/place.ts";
import { writeSampleStore } from "../measure/sample-store.ts";
import { benchSource } from "../measure/sources.ts";
import type { Experiment } from "./experiment.ts";

interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly buffers: number;
}

export const memory: Experiment = {
  name: "memory",
  rows: [
    { id: "memoryFile", title: "memory: size of the file of records", of: "containers" },
    { id: "memoryPeak", title: "memory: most that was resident while opening", of: "containers" },
    { id: "memorySteady", title: "memory: held when open (heap and buffers)", of: "containers" },
    { id: "memoryBuffers", title: "memory: of that, buffers (the piece table's bytes)", of: "containers" },
    { id: "memoryRead", title: "memory: held after each record was read", of: "containers" },
  ],
  method:
    "A fresh process with `--expose-gc` for each sample. The peak is the system's own mark (`VmHWM`, set back before) less the resident memory before " +
    "it, when an empty store had been opened already. What is held is `heapUsed` and `external` after two collections, " +
    "less what they were before; then every field of every record is read once.",
  sizes: (run) => run,
  async measure({ quick }, n) {
    await using folder = await place();
    const dir = folder.sub("store");
    const size = writeSampleStore(dir, n);
    const child = await bundledChild(benchSource("children/memory.ts"));
    const taken = {
      peak: [] as number[],
      steady: [] as number[],
      buffers: [] as number[],
      read: [] as number[],
    };
    for (let sample = 0; sample < (quick ? 1 : 5); sample += 1) {
      const { code, stdout, stderr } = await runProcess(process.execPath, ["--expose-gc", child, dir]);
      if (code !== 0) throw new Error(`the memory of ${n} containers: ${stderr}`);
      const { peak, opened, read } = JSON.parse(stdout) as { peak: number; opened: Memory; read: Memory };
      taken.peak.push(peak);
      taken.steady.push(opened.heap + opened.buffers);
      taken.buffers.push(opened.buffers);
      taken.read.push(read.heap + read.buffers);
    }
    const figure = (row: string, samples: readonly number[]): Figure =>
      figureOf(row, n, "stowage", samples, "bytes");
    return [
      figureOf("memoryFile", n, "raw", [size], "bytes"),
      ...["memoryPeak", "memorySteady", "memoryBuffers", "memoryRead"].map((row, at) =>
        figure(row, Object.values(taken)[at]!),
      ),
    ];
  },
};
