import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Bench, bench } from "./support/program.ts";

interface Repaired {
  readonly dir: string;
  readonly steps: readonly { readonly outcome: string; readonly finding: { readonly code: string } }[];
  readonly backups: readonly string[];
  readonly dryRun: boolean;
}

const outcomes = ({ steps }: Repaired): string[] =>
  steps.map(({ finding, outcome }) => `${finding.code} ${outcome}`);

async function damaged(place: Bench): Promise<string> {
  await place.done("create", "--id", "one", "--name", "web");
  await place.done("create", "--id", "two", "--data", "k=/dev/null");
  const file = path.join(place.dir, "containers.json");
  const broken = `${readFileSync(file, "utf8").slice(0, -1)},{"id":"cut`;
  writeFileSync(file, broken);
  return broken;
}

describe("repair", () => {
  it("mends a store that cannot be opened, and keeps the file as it was", async () => {
    await using place = await bench();
    const broken = await damaged(place);
    expect(await place.run("ls")).toMatchObject({ code: 3 });
    expect(await place.run("check")).toMatchObject({ code: 3 });

    const asked = await place.run("repair");
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/--yes/);

    const planned = await place.json<Repaired>("repair", "--dry-run");
    expect(outcomes(planned)).toEqual(["CHECK_FILE_UNREADABLE planned"]);
    expect(await place.run("ls")).toMatchObject({ code: 3 });

    const done = await place.run("repair", "--yes");
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^repaired CHECK_FILE_UNREADABLE: /);
    expect(done.stderr).toMatch(/^stowage: mended 1 of 1, left 0; kept .*containers\.json\.stowage-backup-/);
    const [backup = ""] = readdirSync(place.dir).filter((name) => name.includes("backup"));
    expect(readFileSync(path.join(place.dir, backup), "utf8")).toBe(broken);

    expect(await place.json<{ Id?: string }[]>("ls")).toHaveLength(2);
    expect(await place.run("repair", "--yes")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: `stowage: nothing is wrong with ${place.dir}\n`,
    });
  });

  it("gives things up only for the codes that are named, and its exit code says what is left", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--data", "k=/dev/null");
    rmSync(path.join(place.dir, "one", "k"));
    const left = await place.run("repair", "--yes", "--json");
    expect(left.code).toBe(1);
    expect(outcomes(JSON.parse(left.stdout) as Repaired)).toEqual(["CHECK_BIG_DATA_MISSING left"]);
    const done = await place.json<Repaired>("repair", "--code", "CHECK_BIG_DATA_MISSING", "--yes");
    expect(outcomes(done)).toEqual(["CHECK_BIG_DATA_MISSING repaired"]);
    expect(done.backups).toHaveLength(1);
    expect(await place.done("inspect", "one", "--json")).not.toContain("big-data-names");

    const unknown = await place.run("repair", "--code", "CHECK_NOTHING", "--yes", "--json");
    expect(unknown.code).toBe(2);
    expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { code: "ERR_INVALID_ARGUMENT" } });
  });
});

describe("gc", () => {
  it("takes a minimum age, and refuses on a damaged store", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const [young, old] = ["ab".repeat(32), "cd".repeat(32)];
    for (const name of [young, old]) mkdirSync(path.join(place.dir, name), { mode: 0o700 });
    const then = Date.now() / 1_000 - 3 * 3_600;
    utimesSync(path.join(place.dir, old), then, then);
    expect(await place.json("gc", "--dry-run", "--min-age", "2h")).toMatchObject({
      removed: [{ path: old }],
    });
    for (const wrong of ["2", "1w", "-1d", "soon"]) {
      expect(await place.run("gc", "--min-age", wrong)).toMatchObject({ code: 2 });
    }
    expect(await place.done("gc", "--min-age", "0")).toContain(young);
    writeFileSync(path.join(place.dir, "containers.json"), "[");
    expect(await place.run("gc")).toMatchObject({ code: 3 });
  });
});
