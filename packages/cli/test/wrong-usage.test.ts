import { existsSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { bench } from "./support/program.ts";

/** One line, and nothing else. */
const oneLine = /^stowage: [^\n]+\n$/;

describe("wrong usage is exit code 2, and one line says what is right", () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["an unknown command", ["lss"], /unknown command 'lss'; did you mean ls\?/],
    ["an unknown option", ["ls", "--nam"], /unknown option '--nam'/],
    ["a misspelt option", ["create", "--metdata", "x"], /did you mean --metadata\?/],
    [
      "a missing argument",
      ["inspect"],
      /missing required argument 'container'; `stowage inspect --help` shows how/,
    ],
    ["an argument too many", ["name", "ls", "a", "b"], /too many arguments.*`stowage name ls --help`/],
    ["an option's missing value", ["--dir"], /argument missing/],
    ["a flag without a value", ["create", "--flag", "pinned"], /it takes KEY=VALUE/],
    ["data without a file", ["create", "--data", "key"], /it takes KEY=FILE/],
    ["a mapping that is none", ["create", "--uidmap", "1:2"], /CONTAINER:HOST:SIZE/],
    ["an unknown lock protocol", ["ls", "--lock", "none"], /auto, kernel, portable/],
    ["a timeout that is no number", ["ls", "--lock-timeout", "soon"], /whole milliseconds/],
    ["two places at once", ["ls", "--graph-root", "g", "--dir", "d"], /name two stores/],
    ["metadata from two places", ["create", "--metadata", "a", "--metadata-file", "b"], /use one of them/],
    [
      "standard input used twice",
      ["create", "--metadata-file", "-", "--data", "k=-"],
      /standard input is given twice/,
    ],
    ["a misspelt order", ["ls", "--sort", "nam"], /created, name, .*; did you mean name\?/],
    ["a misspelt shell", ["completion", "bsh"], /bash, zsh, fish; did you mean bash or zsh\?/],
    ["a misspelt filter", ["ls", "-f", "nmae=x"], /there is no filter "nmae"; .*; did you mean name\?/],
    ["a command of podman's", ["prune"], /unknown command 'prune'; did you mean `stowage gc`\?/],
    ["another's word", ["version"], /did you mean `stowage --version`\?/],
    ["an unknown command to help", ["help", "nam"], /did you mean name\?/],
  ];
  it.each(wrong)("%s", async (_, args, message) => {
    await using place = await bench();
    const result = await place.run(...args);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toMatch(oneLine);
    expect(result.stderr).toMatch(message);
    expect(existsSync(place.dir)).toBe(false);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a template of no name", ["create", "--name-template", "web"], /\{n\} in it just once/],
    ["a code that no finding has", ["repair", "--yes", "--code", "NOPE"], /the code NOPE is not known/],
  ])("%s, which the store refuses", async (_, args, message) => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const result = await place.run(...args);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toMatch(oneLine);
    expect(result.stderr).toMatch(message);
    expect((await place.done("ls", "-q")).trim()).toBe("one");
  });

  it("is JSON with --json, wherever that stands", async () => {
    await using place = await bench();
    for (const args of [
      ["--json", "lss"],
      ["ls", "--nam", "--json"],
      ["wipe", "--json"],
      ["--json"],
      ["data", "--json"],
    ]) {
      const result = await place.run(...args);
      expect(result).toMatchObject({ code: 2, stdout: "" });
      expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: "ERR_USAGE" } });
    }
  });

  it("an empty name or reference, as of a variable that was not set, and nothing is changed", async () => {
    await using place = await bench();
    // To the store, the empty reference is the container without a layer.
    await place.done("create", "--id", "one", "--name", "web", "--data", "k=/dev/null");
    const before = await place.done("inspect", "one");
    for (const args of [
      ["rm", ""],
      ["rm", "web", ""],
      ["inspect", ""],
      ["exists", ""],
      ["metadata", "set", "", "text"],
      ["flag", "set", "", "a=1"],
      ["data", "get", "", "k"],
      ["data", "copy", "web", "k", "", "other"],
      ["name", "add", "web", ""],
      ["name", "set", "web", "www", ""],
      ["create", "--name", ""],
    ]) {
      const { code, stdout, stderr } = await place.run(...args);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toMatch(/^stowage: .*empty/);
    }
    expect(await place.json("ls")).toHaveLength(1);
    expect(await place.done("inspect", "one")).toBe(before);
    // One that somebody else gave can be taken away.
    await place.runWith({ input: '{"op":"addNames","id":"one","names":[""]}' }, "batch");
    expect(await place.json("name", "rm", "one", "")).toEqual({ id: "one", names: ["web"] });
  });

  it("a group or the program without a command shows its help", async () => {
    await using place = await bench();
    expect(await place.run()).toMatchObject({ code: 2, stdout: "" });
    const group = await place.run("data");
    expect(group.code).toBe(2);
    expect(group.stderr).toMatch(/^Usage: stowage data /);
  });
});
