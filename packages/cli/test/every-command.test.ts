import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

import { type LockFile, openLockFile } from "@stowage/lockfile";
import { mountTmpfs, runProcess, treeListing } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { commandTable } from "../src/command-table.ts";
import { type Call, calls, plant, triedElsewhere } from "./support/commands.ts";
import { holdLock } from "./support/hold-lock.ts";
import { type Bench, bench } from "./support/program.ts";
import { hasTerminals } from "./support/terminal.ts";

const titled = (list: readonly Call[]): [string, Call][] => list.map((call) => [call.args.join(" "), call]);
const run = (place: Bench, { args, input = "" }: Call, ...more: string[]) =>
  place.runWith({ input }, ...args, ...more);

async function planted(): Promise<Bench> {
  const place = await bench();
  await plant(place);
  return place;
}

async function isWaitedFor(lock: LockFile): Promise<boolean> {
  const { readers, writers } = (await lock.status()).waiting;
  return readers + writers > 0;
}

it("every command is among those that are tried", () => {
  const tried = new Set(calls.map(({ args }) => args[0]));
  const missing = commandTable
    .filter(([words]) => !words.some((word) => tried.has(word) || triedElsewhere.has(word)))
    .map(([[word]]) => word);
  expect(missing).toEqual([]);
});

describe("on a damaged store", () => {
  it.each(titled(calls.filter(({ isAside }) => isAside !== true)))(
    "%s says what is wrong and which command explains it",
    async (_, call) => {
      await using place = await planted();
      await writeFile(path.join(place.dir, "containers.json"), '[{"id":');
      const before = await treeListing(place.dir);
      const { code, stderr, stdout } = await run(place, call);
      expect(code).toBe(call.onDamage ?? 3);
      expect(stderr + stdout).toMatch(/containers\.json/);
      if (call.args[0] !== "check" && call.args[0] !== "repair")
        expect(stderr + stdout).toContain("stowage check");
      expect(await treeListing(place.dir)).toEqual(before);
    },
  );
});

describe("on a store that another process holds", () => {
  it.each(titled(calls.filter(({ isAside }) => isAside !== true)))("%s says who", async (_, call) => {
    await using place = await planted();
    await using holder = await holdLock(place.dir);
    const { code, stderr, stdout } = await run(place, call, "--lock-timeout", "50");
    expect(code).toBe(4);
    expect(stderr + stdout).toContain(`pid ${holder.pid}`);
  });

  it.each(titled(calls.filter(({ isAside }) => isAside !== true)))(
    "%s ends with Ctrl-C while it waits, and has changed nothing",
    async (_, call) => {
      await using place = await planted();
      const before = await treeListing(place.dir);
      {
        await using _holder = await holdLock(place.dir);
        await using lock = await openLockFile(path.join(place.dir, "containers.lock"), { readOnly: true });
        const child = await place.start(...call.args);
        child.stdin.end(call.input ?? "");
        const ended = once(child, "close");
        while (!(await isWaitedFor(lock))) await setTimeout(20);
        child.kill("SIGINT");
        expect(await ended).toEqual([130, null]);
      }
      expect(await treeListing(place.dir)).toEqual(before);
    },
  );
});

/** Gives a planted store on a file system that was made read-only after that. */
async function withReadOnlyDisk(
  test: (place: Bench, dir: string) => Promise<void>,
  skip: (reason: string) => void,
): Promise<void> {
  const { found: disk, reason } = await mountTmpfs(4 * 1024 * 1024);
  if (disk === undefined) return skip(reason);
  await using _disk = disk;
  await using place = await bench();
  const dir = path.join(disk.path, "store");
  await plant({ ...place, dir });
  await runProcess("mount", ["-o", "remount,ro", disk.path]);
  await test(place, dir);
}

describe("on a read-only file system", () => {
  it.for(titled(calls))("%s reads, or refuses to change", async ([, call], { skip }) => {
    await withReadOnlyDisk(async (place, dir) => {
      const { code, stderr, stdout } = await run(place, call, "--dir", dir);
      if (!call.changes) return expect(code).toBe(0);
      expect(code).toBe(1);
      expect(stderr + stdout).toMatch(/with --read-only.*to change it, copy it elsewhere/);
      // That would be the library's word for it.
      expect(stderr + stdout).not.toMatch(/leave --read-only out|readOnly/);
    }, skip);
  });

  it("batch answers, and refuses each change by itself", async ({ skip }) => {
    await withReadOnlyDisk(async (place, dir) => {
      const input = '{"op":"exists","id":"web"}\n{"op":"delete","id":"web"}\n{"op":"lookup","id":"web"}\n';
      const { code, stdout } = await place.runWith({ input }, "batch", "--dir", dir);
      expect(code).toBe(0);
      const answers = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
      expect(answers).toMatchObject([
        { ok: true, value: true },
        {
          ok: false,
          error: "ERR_STORE_READ_ONLY",
          message: expect.stringMatching(
            /its file system is read-only.*to change it, copy it elsewhere$/,
          ) as string,
          errno: "EROFS",
        },
        { ok: true },
      ]);
      // Who asked for it is told what to leave out.
      const asked = await place.runWith({ input }, "batch", "--read-only", "--dir", dir);
      expect(asked.stdout).toContain("leave --read-only out");
      // None can be made there.
      const missing = await place.runWith({ input }, "batch", "--dir", path.join(dir, "..", "none"));
      expect(missing.code).toBe(3);
    }, skip);
  });
});

describe.skipIf(!hasTerminals)("on a terminal", () => {
  const steady = calls.filter(
    ({ isRandom, args, input }) => isRandom !== true && input === undefined && !args.includes("--json"),
  );
  it.each(titled(steady))(
    "%s looks as it is kept in text, 60, 80 and 200 columns wide",
    async (title, call) => {
      const screens: string[] = [];
      for (const width of [60, 80, 200]) {
        await using place = await planted();
        const { stdout, code } = await place.onTerminal(width, { NO_COLOR: "1" }, ...call.args);
        expect([code, stdout.includes("\u001b[3")]).toEqual([0, false]);
        screens.push(
          `--- ${width} columns\n${withoutProgress(stdout).replaceAll(place.folder, "/somewhere")}`,
        );
      }
      await expect(screens.join("")).toMatchFileSnapshot(`screens/${title.replaceAll(/[^\w.-]+/g, "_")}.txt`);
    },
  );
});

const ESC = "\u001b";
/** From where the cursor is kept to where its line is taken away again. */
const progress = new RegExp(`${ESC}7[^]*?${ESC}8${ESC}\\[1G${ESC}\\[2K`, "gu");
/** On a busy machine anything may take long enough for it to be shown. */
const withoutProgress = (screen: string): string => screen.replaceAll(progress, "");

describe("in a pipe", () => {
  it.each(titled(calls))("%s prints neither colours nor moves", async (_, call) => {
    await using place = await planted();
    const { code, stdout, stderr } = await run(place, call);
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(/(?![\n\t])\p{Cc}/u);
  });
});
