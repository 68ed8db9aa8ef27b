import { peer, runs, seededRandom } from "@stowage/test-kit";
import { describe, it } from "vitest";

import { compare } from "./support/compat.ts";
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
    const compared = (
      mode: "installed" | "alone",
      ...what: [readonly Step[], typeof records?]
    ): Promise<void> => compare([real!, mode], ...what);

    it("answers what is wrong with a command line", () => compared("alone", commandLines));
    it("takes command lines of any kind apart as the real program", () => {
      const random = seededRandom();
      const words = [
        ...[
          "-j",
          "--json",
          "-q",
          "-qj",
          "-jq",
          "-jx",
          "-xj",
          "-j-",
          "-jh",
          "-qjz=1",
          "--quiet=0",
          "-q=T",
          "-h",
        ],
        ...[
          "-j='true'",
          '-q="f"',
          "-j=",
          "-q=no",
          "-=",
          "--=x",
          "-",
          "--",
          "---json",
          "--nope",
          "-x",
          "--json=é",
        ],
        ...[
          "-g",
          "--graph=graph",
          "-Dx",
          "-n",
          "a",
          "",
          "--help",
          "-U=0",
          "--run",
          "run",
          "-cq",
          "-lic",
          "--name",
        ],
      ];
      const script = Array.from({ length: runs(60) }, (): Step => {
        const some = Array.from({ length: random.integer(4) }, () => random.pick(words));
        const command = random.pick(["exists", "metadata", "containers", "get-names", "container"]);
        const line = on(...(random.chance(0.2) ? [random.pick(words)] : []), command, ...some);
        return { args: line, anyOrder: true };
      });
      return compared("alone", script);
    });

    it("is the container half, beside the real program", () => compared("installed", containerHalf, records));
    it("is the container half, alone", () => compared("alone", containerHalf, records));
    it("makes containers without an image, alone", () => compared("alone", creations));
    it("is the whole program where the real one is installed", () => compared("installed", wholeProgram));
  },
);
