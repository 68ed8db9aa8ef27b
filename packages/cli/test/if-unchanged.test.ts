import { writeFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { bench } from "./support/program.ts";

describe("--if-unchanged", () => {
  const changes = [
    ["name", "add", "one", "more"],
    ["name", "set", "one", "other"],
    ["name", "rm", "one", "web"],
    ["metadata", "set", "one", "new"],
    ["flag", "set", "one", "a=2", "b=3"],
    ["flag", "clear", "one", "a"],
    ["data", "set", "one", "k", "file"],
    ["data", "rm", "one", "first"],
    ["data", "copy", "one", "first", "one", "second"],
    ["rm", "one"],
  ];

  it.each(changes)("%s %s changes what is as it was seen, and nothing else", async (...args) => {
    await using place = await bench();
    writeFileSync(path.join(place.folder, "file"), "content");
    const made = await place.done(
      "create",
      ...["--id", "one", "--name", "web", "--flag", 'a={"b":[1]}', "--data", "first=file", "--json"],
    );
    writeFileSync(path.join(place.folder, "made.json"), made);
    await place.done("create", "--id", "two");
    const seen = await place.done("inspect", "two", "one");

    await place.done("flag", "set", "one", "c=1");
    const now = await place.done("inspect", "one");
    const refused = await place.run(...args, "--if-unchanged", "made.json", "--json");
    // `rm` says which are gone: none.
    expect([refused.code, refused.stdout]).toEqual([1, args[0] === "rm" ? '{"ids":[]}\n' : ""]);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: "ERR_CONTAINER_CHANGED" } });
    expect(await place.run(...args, "--if-unchanged", "made.json")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("stowage inspect") as string,
    });
    expect(await place.done("inspect", "one")).toBe(now);

    await place.done("flag", "clear", "one", "c");
    const done = await place.runWith({ input: seen }, ...args, "--if-unchanged", "-");
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect((await place.run("inspect", "two", "one")).stdout).not.toBe(seen);
  });

  it("takes what `ls` of a tree adds, and refuses what is no record", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const [record] = await place.json<object[]>("inspect", "one");
    const withMore = JSON.stringify([{ ...record, imageNames: [], missing: [] }]);
    expect(
      await place.runWith({ input: withMore }, "metadata", "set", "one", "x", "--if-unchanged", "-"),
    ).toMatchObject({ code: 0 });
    for (const [input, code, message] of [
      ["no json", 1, /standard input is no record/],
      ["[1]", 1, /is no record.*stowage inspect/],
      ["[]", 2, /has no record of one/],
    ] as const) {
      const refused = await place.runWith({ input }, "metadata", "set", "one", "y", "--if-unchanged", "-");
      expect(refused.code).toBe(code);
      expect(refused.stderr).toMatch(message);
    }
    expect(await place.run("metadata", "set", "one", "--if-unchanged", "-")).toMatchObject({ code: 2 });
    expect(await place.done("metadata", "get", "one")).toBe("x");
  });
});

it("several flags are set together or not at all", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one");
  await place.done("flag", "set", "one", "a=1", "b=2", "c=3");
  expect(await place.json("stats")).toMatchObject({ containers: 1 });
  expect(await place.json("flag", "clear", "one", "a", "b")).toEqual({ id: "one", flags: { c: 3 } });
  const refused = await place.run("flag", "set", "one", "d=4", "=5");
  expect(refused.code).toBe(2);
  expect(await place.json("flag", "ls", "one")).toEqual({ id: "one", flags: { c: 3 } });
});

it("create --name-template takes the first number that is free, and no two get one name", async () => {
  await using place = await bench();
  await place.done("create", "--name", "web-2");
  const many = await Promise.all(
    Array.from({ length: 4 }, () => place.json<{ names: string[] }>("create", "--name-template", "web-{n}")),
  );
  expect(many.map(({ names }) => names[0]).toSorted()).toEqual(["web-1", "web-3", "web-4", "web-5"]);
  const both = await place.json("create", "--name", "x", "--name-template", "web-{n}");
  expect(both).toMatchObject({ names: ["web-6", "x"] });
  const refused = await place.run("create", "--name-template", "web");
  expect([refused.code, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toContain("{n}");
});
