import { missing, peer, runProcess } from "@stowage/test-kit";
import { afterAll, describe, expect, it } from "vitest";

import { compare } from "./support/compat.ts";
import type { Step } from "./support/compat.ts";
import { containerHalf, creations, records, wholeProgram } from "./support/compat-scripts.ts";
import { rootless } from "./support/rootless.ts";

const { found: real, reason: whyNoPeer } = peer();
const { found: user, reason } = real === undefined ? missing(whyNoPeer ?? "") : await rootless(real);

afterAll(() => user?.[Symbol.asyncDispose]());

describe.skipIf(user === undefined)(
  `as containers-storage, for a user with ranges of ids${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    const compared = (
      mode: "installed" | "alone",
      ...what: [readonly Step[], typeof records?]
    ): Promise<void> => compare([real!, mode, user], ...what);

    it("is run by somebody who is not root", async () => {
      const [first = "", ...rest] = user!.before;
      const run = async (...command: string[]): Promise<string> =>
        (await runProcess(first, [...rest, ...command], { cwd: user!.home, env: { HOME: user!.home } }))
          .stdout;
      expect(await run("id", "-u")).toBe("65534\n");
      // The real program comes into a namespace of its own; there root is that user, and others are the ranges.
      const map = await run(user!.containersStorage, "unshare", "cat", "/proc/self/uid_map");
      expect(map.trim().split(/\s+/)).toEqual(["0", "65534", "1", "1", "100000", "65536"]);
    });
    it("is the container half, beside the real program", () => compared("installed", containerHalf, records));
    it("is the container half, alone", () => compared("alone", containerHalf, records));
    it("makes containers without an image, alone", () => compared("alone", creations));
    it("is the whole program where the real one is installed", () => compared("installed", wholeProgram));
  },
);
