import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { report, runProcess, seededRandom, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackWithFaults } from "../src/faults/attack.ts";
import { attackCommands } from "../src/faults/commands.ts";
import { PROGRAM } from "../src/faults/batch-program.ts";
import { noStrace } from "../src/strace.ts";

const reason = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built");

describe.skipIf(reason !== undefined)(
  `failing system calls of the built program${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    it.for([
      ["kernel", false, 0.06],
      ["portable", false, 0.01],
      ["kernel", true, 0.02],
    ] as const)(
      "are told, leave the store whole, and the program goes on: %s locks, transient %s",
      async ([lock, transient, share], context) => {
        const random = seededRandom(3);
        const figures = await attackWithFaults({ random, lock, transient, share });
        report(context, `attack faults ${lock}${transient ? " transient" : ""}`, figures, random.seed);
        expect(figures.violations).toEqual([]);
      },
    );

    it("are told by commands that run alone, with an exit code and a message", async (context) => {
      const random = seededRandom(9);
      const figures = await attackCommands({ random, share: 0.01 });
      report(context, "attack faults commands", figures, random.seed);
      expect(figures.violations).toEqual([]);
    });

    it.each(["EMFILE", "EIO", "ENOMEM"])("make no portable store when the addon meets %s", async (error) => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      const addon = createRequire(PROGRAM).resolve("fs-native-extensions");
      const place = `prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;
      const aim = ["-P", path.join(path.dirname(addon), place)];
      const inject = ["-e", "trace=openat", "-e", `inject=openat:error=${error}`];
      const strace = ["-f", "-o", path.join(folder.path, "log"), ...aim, ...inject, process.execPath];
      const create = [PROGRAM, "--dir", dir, "create", "--id", "a"];
      const { code, stderr } = await runProcess("strace", [...strace, ...create]);
      expect(stderr).toMatch(new RegExp(`addon.*${error}`));
      expect(code).not.toBe(0);
      expect(existsSync(path.join(dir, "containers.lock.portable"))).toBe(false);
      expect((await runProcess(process.execPath, create)).code).toBe(0);
      expect(existsSync(path.join(dir, "containers.lock.portable"))).toBe(false);
    });
  },
);
