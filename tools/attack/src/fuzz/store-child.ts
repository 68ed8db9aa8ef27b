// Judges whole stores for the fuzzer: a folder that was planted, and what is done with it.
import { existsSync } from "node:fs";
import { openContainerStore } from "@stowage/store";
import { judgeInputs, temporaryFolder } from "@stowage/test-kit";
import { Calls, type Place } from "./calls.ts";
import type { Step } from "./inputs.ts";
import { END_MARK, INPUT_MARK } from "./marks.ts";
import { steps } from "./steps.ts";

export interface PlantedStore extends Place {
  /** Which input it is; tells a trace of the system calls, too. */
  readonly number: number;
  readonly steps: readonly Step[];
}

judgeInputs(
  async ({ number, steps: names, ...place }: PlantedStore, notes) => {
    existsSync(INPUT_MARK + number);
    try {
      const calls = new Calls(place, notes);
      for (const name of names) await steps[name](calls);
    } finally {
      existsSync(END_MARK + number);
    }
  },
  async () => {
    // What Node and the locks open only once.
    await using scratch = await temporaryFolder();
    for (const lock of ["kernel", "portable"] as const) {
      await using store = await openContainerStore({ dir: `${scratch.path}/${lock}`, lock });
      await store.create({ bigData: [{ key: "k", data: "v" }] });
    }
  },
);
