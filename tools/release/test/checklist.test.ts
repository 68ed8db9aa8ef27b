import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot, runProcess } from "@stowage/test-kit";
import { ITEMS } from "../checklist.mjs";

const script = path.join(repositoryRoot, "tools/release/checklist.mjs");

describe("the list before a release", () => {
  it("is the one that docs/releasing.md explains", () => {
    const page = readFileSync(path.join(repositoryRoot, "docs/releasing.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual([...ITEMS.keys()]);
  });

  it("says of each item whether it holds", async () => {
    const { code, stdout } = await runProcess(process.execPath, [script, "changes"]);
    // After a release there is no changeset, and then there is nothing to release.
    if (code === 0) expect(stdout).toMatch(/^pass {2}changes +\d+ s\n1 items hold\n$/);
    else expect(stdout).toMatch(/^FAIL {2}changes +\d+ s\n {6}there is no changeset\n1 of 1 items fail/);
  });

  it("does not call it a pass where no registry could be asked", async () => {
    // Nobody listens there.
    const env = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };
    const { code, stdout } = await runProcess(process.execPath, [script, "audit"], { env, timeout: 120_000 });
    expect(stdout).toMatch(
      /^skip {2}audit +\d+ s\n {6}not audited: .*ECONNREFUSED.*\n0 items hold, 1 could not be looked at\n$/,
    );
    expect(code).toBe(0);
  });

  it("knows no other item", async () => {
    const { code, stderr } = await runProcess(process.execPath, [script, "weather"]);
    expect(stderr).toContain("no such item: weather; there are clean, changes");
    expect(code).toBe(1);
  });
});
