import { describe, expect, it } from "vitest";
import { hasAll, isAsPrinted, parseConsole, runConsole } from "../console-example.mjs";
import { codeBlocks } from "../documents.mjs";

describe("a session on a page", () => {
  it("is what was typed, and what was printed", () => {
    expect(parseConsole("$ cat <<END\n> a\n> END\na\n$ true\n")).toEqual([
      { typed: "cat <<END\na\nEND", printed: ["a"] },
      { typed: "true", printed: [] },
    ]);
    expect(() => parseConsole("nothing was typed\n")).toThrow("nothing was typed");
  });

  it.each([
    ["a\nb\n", ["a", "b"], true],
    ["a\nb\n", ["a"], false],
    ["a\n", ["a", "b"], false],
    ["", [], true],
    ["anything\n", [], false],
    ["a 17 b\n", ["a … b"], true],
    ["a\nb\nc\n", ["a", "…", "c"], true],
    ["a\nb\nc\n", ["a", "…", "d"], false],
    [`web ${"1f".repeat(32)}   3 seconds ago\n`, [`web  ${"ab".repeat(6)} just now`], true],
    ["a.b\n", ["axb"], false],
  ])("%j is %j: %s", (shown, printed, expected) => {
    expect(isAsPrinted(shown, printed)).toBe(expected);
  });

  it("takes the lines of two programs in any order, and misses none", () => {
    expect(hasAll("b\na\n", ["a", "b"])).toBe(true);
    expect(hasAll("b\nother\na\n", ["a", "…", "b"])).toBe(true);
    expect(hasAll("a\n", ["a", "a"])).toBe(false);
  });

  it.skipIf(process.platform !== "linux")("fails when the page says something else", async () => {
    const place = { cwd: "/", env: {} };
    await runConsole("$ echo one; echo two >&2\none\ntwo\n", place);
    await expect(runConsole("$ echo one\ntwo\n", place)).rejects.toThrow("`echo one` printed");
    await runConsole("$ sleep 0.1; echo late; sleep 60 &\nlate\n$ echo done\ndone\n", place);
  });
});

it("pieces of code are found with their language, also in lists", () => {
  expect(codeBlocks("- x\n\n  ```sh\n  one\n    two\n  ```\n\n```ts\nthree\n```\n")).toEqual([
    { language: "sh", code: "one\n  two\n" },
    { language: "ts", code: "three\n" },
  ]);
});
