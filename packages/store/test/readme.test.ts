import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

describe("the error table of the README", () => {
  it("has every code, and no other", () => {
    const declared = [...read("../src/errors.ts").matchAll(/^ {2}\| "(ERR_[A-Z_]+)"/gm)].map(
      (match) => match[1],
    );
    const listed = [...read("../README.md").matchAll(/^\| `(ERR_[A-Z_]+)`/gm)].map((match) => match[1]);
    expect(declared.length).toBeGreaterThan(20);
    expect(listed.toSorted()).toEqual(declared.toSorted());
  });
});
