import { renameSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";

import { plant } from "./support/commands.ts";
import { holdLock } from "./support/hold-lock.ts";
import { bench } from "./support/program.ts";
import { violations } from "./support/schemas.ts";
import { hasTerminals, startOnTerminal, startOnTerminalOf } from "./support/terminal.ts";
import { startWatch } from "./support/watch.ts";

it("tells of what is there and of what changes, whoever changes it, and ends on Ctrl-C with 130", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one", "--name", "web");
  await using watch = await startWatch(place, "--existing", "--json");
  const next = async (): Promise<unknown> => {
    const event: unknown = JSON.parse(await watch.line());
    expect(violations("watch", event)).toBeUndefined();
    return event;
  };
  expect(await next()).toMatchObject({ type: "created", id: "one", after: { names: ["web"] } });
  const created = await place.json("create", "--id", "two", "--volatile");
  expect(await next()).toEqual({ type: "created", id: "two", after: created });
  await place.done("metadata", "set", "two", "text");
  expect(await next()).toMatchObject({
    type: "changed",
    id: "two",
    before: { volatileStore: true },
    after: { metadata: "text" },
    fields: ["metadata"],
  });
  await place.runWith({ input: "data" }, "data", "set", "two", "k");
  expect(await next()).toMatchObject({
    type: "changed",
    fields: ["big-data-names", "big-data-sizes", "big-data-digests"],
  });
  await place.done("rm", "two");
  expect(await next()).toMatchObject({ type: "removed", id: "two", before: { metadata: "text" } });
  renameSync(place.dir, `${place.dir}-away`);
  expect(await next()).toMatchObject({ type: "unavailable", error: { code: "ERR_STORE_NOT_FOUND" } });
  renameSync(`${place.dir}-away`, place.dir);
  expect(await next()).toEqual({ type: "available" });
  expect(await watch.interrupt()).toEqual({ code: 130, stderr: "" });
});

it("tells only what fits before or after, in lines with tabs, or as ids", async () => {
  await using place = await bench();
  const id = "a".repeat(64);
  await place.done("create", "--id", id, "--name", "web-1");
  await using watch = await startWatch(place, "--existing", "-f", "name=^web");
  await using ids = await startWatch(place, "--existing", "-q", "--no-trunc");
  expect(await watch.line()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\tcreated\ta{12}\tweb-1$/);
  expect(await ids.line()).toBe(id);
  await place.done("create", "--id", "other", "--name", "db");
  expect(await ids.line()).toBe("other");
  await place.done("name", "set", id, "gone\u001b[2J");
  expect((await watch.line()).split("\t").slice(1)).toEqual([
    "changed",
    "a".repeat(12),
    "gone\\u001b[2J",
    "names",
  ]);
  await place.done("name", "set", id, "web-2");
  expect((await watch.line()).split("\t").at(-2)).toBe("web-2");
});

it("a wrong filter is told at once, and so is a store that is not there", async () => {
  await using place = await bench();
  expect(await place.run("watch")).toMatchObject({ code: 1, stdout: "" });
  await place.done("create");
  expect(await place.run("watch", "-f", "nme=x")).toMatchObject({ code: 2, stdout: "" });
});

it.skipIf(!hasTerminals)("on a terminal it says that it waits, and Ctrl-C ends it", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one", "--name", "web");
  const terminal = await startOnTerminal(place, "watch", "--existing");
  await terminal.until(/\n\d\d:\d\d:\d\d {2}created {2}one {2}web\r?\n/);
  expect(terminal.shown()).toMatch(/^stowage: watching .*; Ctrl-C ends it\n/);
  terminal.type("\u0003");
  expect(await terminal.ended).toBe(130);
});

it.skipIf(!hasTerminals)(
  "looks as it is kept in text, 60, 80 and 200 columns wide, without colours",
  async () => {
    const screens: string[] = [];
    for (const width of [60, 80, 200]) {
      await using place = await bench();
      await plant(place);
      const terminal = await startOnTerminalOf(width, place, "watch", "--existing");
      await terminal.until(/created {2}plain {2}/);
      await place.done("name", "add", "plain", "p");
      await terminal.until(/changed {2}plain {2}/);
      await place.done("rm", "plain");
      await terminal.until(/removed {2}plain {2}/);
      terminal.type("\u0003");
      expect(await terminal.ended).toBe(130);
      // Whether the terminal still shows what was typed is a matter of chance.
      const shown = terminal.shown().replaceAll(place.folder, "/somewhere").replace("^C", "");
      expect(shown).not.toContain("\u001b[");
      screens.push(`--- ${width} columns\n${shown.replaceAll(/\d\d:\d\d:\d\d/g, "HH:MM:SS")}`);
    }
    await expect(screens.join("")).toMatchFileSnapshot("screens/watch.txt");
  },
);

it("does not begin on a damaged store, and says which command explains it", async () => {
  await using place = await bench();
  await plant(place);
  const file = path.join(place.dir, "containers.json");
  await writeFile(file, (await readFile(file, "utf8")).slice(0, -40));
  const { code, stdout, stderr } = await place.run("watch", "--existing");
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toMatch(/containers\.json.*`stowage check` explains it/);
});

it("waits for a lock that another process holds, for as long as it is held", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one");
  const holder = await holdLock(place.dir);
  await using watch = await startWatch(place, "--existing");
  await holder[Symbol.asyncDispose]();
  expect(await watch.line()).toMatch(/\tcreated\tone$/);
});
