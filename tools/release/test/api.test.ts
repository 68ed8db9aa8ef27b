import { existsSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repositoryRoot, runProcess } from "@stowage/test-kit";
import { bumpBetween, changeBetween, neededBump, problemsOfApi } from "../api-change.mjs";

const unbuilt = !existsSync(path.join(repositoryRoot, "packages/store/dist"));

// `npm test` builds first; who runs vitest by hand may not have.
describe.skipIf(unbuilt)("the records of the packages' APIs", () => {
  it("are right", async () => {
    const script = path.join(repositoryRoot, "tools/release/api.mjs");
    const { code, stdout, stderr } = await runProcess(process.execPath, [script, "--check"]);
    expect(stderr).toBe("");
    expect(stdout).toBe("5 packages, 0 problems\n");
    expect(code).toBe(0);
  });
});

const line = fc.stringMatching(/^[a-z] {0,2}[a-z(]{1,4}$/);

describe("a change of an API", () => {
  it("is none when declarations only stand elsewhere, or are spoken of in other words", () => {
    const moved = fc
      .array(line)
      .chain((lines) =>
        fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
      );
    fc.assert(
      fc.property(moved, ([lines, elsewhere]) => {
        const other = elsewhere.flatMap((each) => ["", `  ${each}`, "// (undocumented)"]).join("\n");
        expect(neededBump(changeBetween(lines.join("\n"), other), "1.2.3")).toBe("none");
      }),
    );
  });

  it("may break somebody when a line is gone, and adds when there are only more", () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line, { minLength: 1 }), (lines, more) => {
        const fewer = lines.join("\n");
        const all = [...lines, ...more].join("\n");
        expect(neededBump(changeBetween(fewer, all), "1.2.3")).toBe("minor");
        expect(neededBump(changeBetween(all, fewer), "1.2.3")).toBe("major");
        expect(neededBump(changeBetween(all, fewer), "0.2.3")).toBe("minor");
      }),
    );
  });

  it.each([
    ["1.2.3", "1.2.3", "none"],
    ["1.2.3", "1.2.4", "patch"],
    ["1.2.3", "1.3.0", "minor"],
    ["1.2.3", "2.0.0", "major"],
    ["2.0.0", "1.9.9", "none"],
  ])("from %s to %s is %s", (before, after, bump) => {
    expect(bumpBetween(before, after)).toBe(bump);
  });
});

describe("who judges a package", () => {
  const right = { name: "x", version: "1.0.0", where: "etc/x.api.md", announced: [], before: undefined };
  const released = { ref: "x@1.0.0", version: "1.0.0", record: "f(): void" };

  it("says nothing of one whose record is right, and that was never released", () => {
    expect(problemsOfApi({ ...right, kept: "f(): void", record: "f(): void" })).toEqual([]);
  });

  it("says which lines are not in the record, and which changeset is asked for", () => {
    const [problem] = problemsOfApi({ ...right, kept: "f(): void", record: "f(): string" });
    expect(problem).toMatch(
      /x: its API is not what etc\/x\.api\.md says; run `node tools\/release\/api\.mjs`/,
    );
    expect(problem).toContain('"major" for x\n    - f(): void\n    + f(): string');
  });

  it.each([
    ["f(): string", [], '"major"; there is none'],
    ["f(): string", ["minor"], '"major"; there is one of "minor"'],
    ["f(): void\ng(): void", ["patch"], '"minor"; there is one of "patch"'],
  ])("asks for a changeset that fits: %j, %j", (record, announced, expected) => {
    const problems = problemsOfApi({ ...right, kept: record, record, announced, before: released });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it("is content with one that is large enough, and with a version that was raised by it", () => {
    const changed = { ...right, kept: "f(): string", record: "f(): string", before: released };
    expect(problemsOfApi({ ...changed, announced: ["patch", "major"] })).toEqual([]);
    expect(problemsOfApi({ ...changed, version: "2.0.0" })).toEqual([]);
  });
});
