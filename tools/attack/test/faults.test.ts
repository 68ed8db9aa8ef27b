import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { report, runProcess, seededRandom, temporaryFolder, treeListing } from "@stowage/test-kit";
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
      ["kernel", false, 0.05],
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

    it.each([
      ["kernel", "unlink"],
      ["portable", "rename"],
    ])("leave no journal when one call fails to remove it: %s locks", async (lock, call) => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      const stowage = [PROGRAM, "--dir", dir, "--lock", lock];
      const set = [...stowage, "data", "set", "web", "k", "-"];
      await runProcess(process.execPath, [...stowage, "create", "--id", "web"]);
      await runProcess(process.execPath, set, { input: "old" });
      const journal = path.join(dir, ".stowage-commit.json");
      const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:error=ENOSPC:when=1`, "-P", journal];
      const strace = ["-f", "-o", path.join(folder.path, "log"), ...inject, process.execPath, ...set];
      // Each thread's calls are counted apart.
      const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
      const { code, stderr } = await runProcess("strace", strace, { input: "new", env });
      const log = await readFile(path.join(folder.path, "log"), "utf8");
      expect(log).toMatch(/"[^"]*\.stowage-commit\.json".*\(INJECTED\)/);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(existsSync(journal)).toBe(false);
    });

    it.each([
      ["the records", "containers.json", false],
      ["the volatile records of the other mode", "volatile-containers.json", true],
    ])("are given as the reason by gc where %s cannot be opened", async (_, name, transient) => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      const mode = transient ? ["--transient", "--run-dir", path.join(folder.path, "run")] : [];
      const stowage = [PROGRAM, "--dir", dir, "--lock", "kernel", ...mode];
      await runProcess(process.execPath, [...stowage, "create", "--id", "web"]);
      await mkdir(path.join(dir, "0a".repeat(32)));
      for (let nth = 1; ; nth += 1) {
        const inject = ["-e", "trace=openat", "-e", `inject=openat:error=EIO:when=${nth}`];
        const aim = ["-P", path.join(dir, name)];
        const strace = [
          "-f",
          "-o",
          path.join(folder.path, "log"),
          ...inject,
          ...aim,
          process.execPath,
          ...stowage,
        ];
        const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
        const { code, stderr } = await runProcess("strace", [...strace, "gc"], { env });
        if (!(await readFile(path.join(folder.path, "log"), "utf8")).includes("(INJECTED)")) break;
        expect({ nth, isRefused: code !== 0, stderr }).toMatchObject({
          isRefused: true,
          stderr: expect.stringContaining("EIO") as string,
        });
        expect(existsSync(path.join(dir, "0a".repeat(32)))).toBe(true);
        expect(nth).toBeLessThan(20);
      }
    });

    it("do not make a change that was made a failed one when the lock file is closed", async () => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      const stowage = [PROGRAM, "--dir", dir, "--lock", "kernel"];
      const inject = [
        "-e",
        "trace=close",
        "-e",
        "inject=close:error=EIO",
        "-P",
        path.join(dir, "containers.lock"),
      ];
      const strace = ["-f", "-o", path.join(folder.path, "log"), ...inject, process.execPath, ...stowage];
      const { code, stderr } = await runProcess("strace", [...strace, "create", "--id", "web"]);
      expect(await readFile(path.join(folder.path, "log"), "utf8")).toContain("(INJECTED)");
      expect(stderr).toBe("");
      expect(code).toBe(0);
    });

    it("are told, and leave nothing, when a device refuses every rename from the first one on", async () => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      const item = path.join(dir, "web/config.json");
      const stowage = [PROGRAM, "--dir", dir, "--lock", "kernel"];
      const set = [...stowage, "data", "set", "web", "config.json", "-"];
      await runProcess(process.execPath, [...stowage, "create", "--id", "web"]);
      await runProcess(process.execPath, set, { input: "first" });
      const before = await treeListing(dir);
      const inject = [
        "-e",
        "trace=rename,renameat,renameat2",
        "-e",
        "inject=rename,renameat,renameat2:error=EIO",
      ];
      const strace = ["-f", "-o", path.join(folder.path, "log"), ...inject, process.execPath, ...set];
      const { code, stderr } = await runProcess("strace", strace, { input: "second" });
      expect(code).not.toBe(0);
      expect(stderr).toContain("EIO");
      expect(stderr).not.toContain("put back");
      expect((await treeListing(dir)).map((entry) => entry.path)).toEqual(before.map((entry) => entry.path));
      expect(await readFile(item, "utf8")).toBe("first");
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
