import { report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackWithHostileFiles } from "../src/fuzz/attack.ts";
import { judgeTrace } from "../src/fuzz/trace-judge.ts";

describe("hostile files", { timeout: 180_000 }, () => {
  it("crash nothing, hang nothing, lead nowhere, and lose no record", async (context) => {
    const figures = await attackWithHostileFiles({
      random: seededRandom(4),
      files: 3_000,
      stores: 150,
      traced: 15,
    });
    report(context, "attack fuzz", figures);
    expect(figures.violations).toEqual([]);
    expect(figures.inputs).toBeGreaterThanOrEqual(3_150);
  });
});

describe("the judge of a trace", () => {
  const judge = (...calls: string[]): number =>
    judgeTrace(
      ['1 access("/stowage-fuzz-input-3", F_OK) = -1', ...calls.map((call) => `1 ${call}`)].join("\n"),
      ["/t/top/store", "/t/top/run"],
    ).violations.length;

  it.each([
    ['openat(AT_FDCWD</x>, "/t/top/store/a/k", O_RDONLY) = 20</t/top/store/a/k>'],
    ['lstat("/t/top", {st_mode=S_IFDIR}) = 0'],
    ['rename("/t/top/store/a", "/t/top/store/.b") = 0'],
    ['openat(AT_FDCWD</x>, "/proc/locks", O_RDONLY) = 20</proc/locks>'],
  ])("lets pass what lies inside: %s", (call) => {
    expect(judge(call)).toBe(0);
  });

  it.each([
    ['openat(AT_FDCWD</x>, "/t/top/store/a/k", O_RDONLY) = 20</t/top/victim/k>'],
    ['unlink("/t/top/store/../victim/precious") = 0'],
    ['lstat("/t/top/victim", {st_mode=S_IFDIR}) = 0'],
    ['rename("/t/top/store/a", "/t/top/b") = 0'],
    ['openat(AT_FDCWD</x>, "/proc/locks", O_RDWR) = 20</proc/locks>'],
    ["<... openat resumed>) = 20</t/top/victim/k>"],
    ['mkdir("/t/top/new", 0700) = 0'],
  ])("reports what lies outside: %s", (call) => {
    expect(judge(call)).toBe(1);
  });
});
