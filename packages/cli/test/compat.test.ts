import { peer } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { pairOf } from "./support/compat.ts";
import type { Step } from "./support/compat.ts";
import {
  commandLines,
  containerHalf,
  creations,
  on,
  records,
  wholeProgram,
} from "./support/compat-scripts.ts";

const { found: real, reason } = peer();

describe.skipIf(real === undefined)(
  `as containers-storage${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    const compared = async (
      mode: "installed" | "alone",
      script: readonly Step[],
      seeds: readonly Readonly<Record<string, unknown>>[] = [],
    ): Promise<void> => {
      await using pair = await pairOf(real!, mode);
      await pair.prepare(on("containers"));
      await pair.seed(...seeds);
      const { theirs, ours } = await pair.run(...script);
      expect(ours).toEqual(theirs);
    };

    it("answers what is wrong with a command line", () => compared("alone", commandLines));
    it("is the container half, beside the real program", () => compared("installed", containerHalf, records));
    it("is the container half, alone", () => compared("alone", containerHalf, records));
    it("makes containers without an image, alone", () => compared("alone", creations));
    it("is the whole program where the real one is installed", () => compared("installed", wholeProgram));
  },
);
