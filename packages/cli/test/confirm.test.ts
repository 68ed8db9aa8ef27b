import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";

import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { bar, progressLine } from "../src/render/progress-line.ts";
import { bench } from "./support/program.ts";
import { hasTerminals, startOnTerminal } from "./support/terminal.ts";

describe.skipIf(!hasTerminals)("on a terminal", () => {
  it.each([
    ["n\n", 1],
    ["\n", 1],
    ["what\n", 1],
    ["\u0004", 1],
    ["\u0003", 130],
    ["y\n", 0],
    ["YES\n", 0],
  ])("wipe asks, and %j ends it with %i", async (answer, code) => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const terminal = await startOnTerminal(place, "wipe");
    await terminal.until(/^wipe removes every container of .*store\. Go on\? \[y\/N\] /);
    terminal.type(answer);
    expect(await terminal.ended).toBe(code);
    expect(await place.done("ls", "-q")).toBe(code === 0 ? "" : "one\n");
    if (code === 1) expect(terminal.shown()).toMatch(/^stowage: nothing was removed$/m);
    expect((await place.run("check")).code).toBe(0);
  });

  it("repair asks, too, and --yes and --dry-run need no answer", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const file = path.join(place.dir, "containers.json");
    const damaged = `${readFileSync(file, "utf8").trimEnd().slice(0, -1)},{"id":"two","names":["x"]`;
    writeFileSync(file, damaged);
    const dry = await place.onTerminal(80, {}, "repair", "--dry-run");
    expect(dry.stdout).not.toContain("[y/N]");
    for (const [answer, isDone] of [
      ["n", false],
      ["y", true],
    ] as const) {
      const terminal = await startOnTerminal(place, "repair");
      await terminal.until(/\[y\/N\] /);
      terminal.type(`${answer}\n`);
      await terminal.ended;
      expect(readFileSync(file, "utf8") !== damaged).toBe(isDone);
      expect(terminal.shown()).toMatch(isDone ? /mended \d/ : /nothing was changed/);
    }
    writeFileSync(file, damaged);
    expect((await place.onTerminal(80, {}, "repair", "--yes")).stdout).not.toContain("[y/N]");
    expect(readFileSync(file, "utf8")).not.toBe(damaged);
  });

  it("--json is never asked", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const { code, stdout } = await place.onTerminal(80, {}, "wipe", "--json");
    expect([code, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([2, "ERR_USAGE"]);
  });

  it.each(["check", "repair"])("%s shows how far it is, and Ctrl-C ends it with 130", async (command) => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--name", "web");
    await place.runWith({ input: "x" }, "data", "set", "one", "k");
    // So much of nothing that nobody reads it in a moment.
    truncateSync(path.join(place.dir, "one", "k"), 8e9);
    const file = path.join(place.dir, "containers.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"k":1', '"k":8000000000'));
    const terminal = await startOnTerminal(place, command, ...(command === "repair" ? ["--yes"] : []));
    // The bytes of the item count, not only those of the records.
    await terminal.until(/(checking|repairing) {2}.* [1-9]\d* *% .*\/8GB .* left/);
    terminal.type("\u0003");
    expect(await terminal.ended).toBe(130);
    expect(await place.done("ls", "-q")).toBe("one\n");
  });
});

describe("a line of progress", () => {
  const count = fc.integer({ min: 0, max: 1e15 });
  it("fits, whatever it tells", () => {
    fc.assert(
      fc.property(
        fc.record({
          done: count,
          total: fc.option(count, { nil: undefined }),
          unit: fc.constantFrom("bytes", "containers"),
        }),
        fc.record({
          seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
          columns: fc.integer({ min: 0, max: 300 }),
        }),
        (progress, room) => {
          expect(stringWidth(progressLine("exporting", progress, room))).toBeLessThanOrEqual(room.columns);
        },
      ),
    );
  });

  it("keeps its places while sizes grow", () => {
    // Of as many digits of time left, which comes last.
    const sizes = fc.integer({ min: 4e8, max: 1.9e9 });
    fc.assert(
      fc.property(sizes, sizes, (done, later) => {
        const [one, two] = [done, later].map((each) => {
          const progress = { done: each, total: 2e9, unit: "bytes" };
          return progressLine("copying", progress, { seconds: 10, columns: 79 });
        });
        expect(one!.indexOf("%")).toBe(two!.indexOf("%"));
        expect(one!.indexOf("/s")).toBe(two!.indexOf("/s"));
      }),
    );
  });

  it.each([
    [
      { done: 50, total: 200, unit: "bytes" },
      2,
      80,
      `work  ${bar(0.25, 30)}   25%     50B/200B     25B/s  0:06 left`,
    ],
    [
      { done: 50, total: 200, unit: "bytes" },
      2,
      51,
      `work  ${bar(0.25, 5)}   25%     50B/200B     25B/s  0:06 left`,
    ],
    [{ done: 50, total: 200, unit: "bytes" }, 2, 20, "work   25%  50B/200B"],
    [{ done: 2_000_000, total: undefined, unit: "bytes" }, 1, 80, "work  2MB  2MB/s"],
    [{ done: 3, total: 12, unit: "containers" }, 0, 60, `work  ${bar(0.25, 29)}   25%   3/12  containers`],
    [
      { done: 1, total: 7200, unit: "containers" },
      1,
      99,
      `work  ${bar(0, 30)}    0%      1/7,200  containers      1/s  1:59:59 left`,
    ],
  ])("%j after %i s in %i columns", (progress, seconds, columns, line) => {
    expect(progressLine("work", progress, { seconds, columns })).toEqual(line);
  });
});
