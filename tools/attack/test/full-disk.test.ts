import { report } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackFullDisk } from "../src/full-disk/attack.ts";

describe("a full disk", { timeout: 180_000 }, () => {
  it("leaves the old state or the new one, and lets containers be deleted", async (context) => {
    const figures = await attackFullDisk({ mostPages: 30, step: 2 });
    if (figures.found === undefined) return context.skip(figures.reason);
    report(context, "attack full disk", figures.found);
    expect(figures.found.violations).toEqual([]);
  });
});
