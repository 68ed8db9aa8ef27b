import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { bundledChild, peer, PeerDrive, runProcess, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { openSound } from "./support/sound.ts";

const A = "a0".repeat(32);
const B = "b1".repeat(32);
const C = "c2".repeat(32);
const WHEN = "2025-03-04T05:06:07.089123456Z";
const programs = peer();

const record = (id: string, names: readonly string[]): object => ({
  id,
  names,
  image: "",
  layer: id,
  created: WHEN,
});

/** A stable container with the names s and s2, and a volatile one with v and v2. */
async function layOut(dir: string): Promise<void> {
  await writeFile(path.join(dir, "containers.json"), JSON.stringify([record(A, ["s", "s2"])]));
  await writeFile(path.join(dir, "volatile-containers.json"), JSON.stringify([record(B, ["v", "v2"])]));
}

/** How often the name stands in the two files. */
async function occurrences(dir: string, name: string): Promise<number> {
  const files = ["containers.json", "volatile-containers.json"];
  const texts = await Promise.all(files.map((file) => readFile(path.join(dir, file), "utf8")));
  return texts.join("").split(JSON.stringify(name)).length - 1;
}

const holderIn = async (driver: PeerDrive, name: string): Promise<string> =>
  (JSON.parse(await driver.send(JSON.stringify({ op: "lookup", id: name }))) as { value: string }).value;

const steals = [
  { taker: A, loser: B, name: "v", what: "a stable container takes the name of a volatile one" },
  { taker: B, loser: A, name: "s", what: "a volatile container takes the name of a stable one" },
];

describe.skipIf(programs.found === undefined).each(steals)("$what", ({ taker, loser, name }) => {
  const program = programs.found?.peer ?? "";

  it("and keeps it: for open and fresh processes, ours and the library's", async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    await layOut(dir);
    await using longOpen = new PeerDrive(program, ["--dir", dir]);
    await longOpen.send('{"op":"list"}');
    await using openHere = await openSound({ dir });
    await openHere.store.list();
    {
      await using opened = await openSound({ dir });
      const renamed = await opened.store.addNames(taker, [name], { onConflict: "steal" });
      expect(renamed.id).toBe(taker);
      expect(renamed.names[0]).toBe(name);
    }
    for (let round = 0; round < 3; round += 1) {
      expect(await holderIn(longOpen, name)).toBe(taker);
      await using fresh = new PeerDrive(program, ["--dir", dir]);
      expect(await holderIn(fresh, name)).toBe(taker);
      expect(await openHere.store.lookup(name)).toBe(taker);
      await using freshHere = await openSound({ dir });
      expect(await freshHere.store.lookup(name)).toBe(taker);
      expect(await occurrences(dir, name)).toBe(1);
      // Whatever is saved next, by whomever, does not bring it back.
      const [id, metadata] = [round === 0 ? taker : loser, `round ${round}`];
      if (round === 2) await openHere.store.setMetadata(id, metadata);
      else
        expect(await longOpen.send(JSON.stringify({ op: "setMetadata", id, metadata }))).toContain(
          '"ok":true',
        );
    }
  });

  it("as another process of ours does it, too", async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    await layOut(dir);
    await using opened = await openSound({ dir });
    const before = (await opened.store.get(loser)).names;
    const child = await bundledChild(new URL("support/steal-child.ts", import.meta.url));
    const { code, stderr } = await runProcess(process.execPath, [child, dir, taker, name]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect((await opened.store.get(name)).id).toBe(taker);
    expect((await opened.store.get(loser)).names).toEqual(before.filter((kept) => kept !== name));
  });

  it("not unless it is told to: the holder is named instead", async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    await layOut(dir);
    await using opened = await openSound({ dir });
    for (const change of ["setNames", "addNames"] as const) {
      await expect(opened.store[change](taker, ["new", name])).rejects.toMatchObject({
        code: "ERR_DUPLICATE_NAME",
        details: { name, holder: { id: loser } },
      });
    }
    expect(await opened.store.exists("new")).toBe(false);
    expect((await opened.store.get(name)).id).toBe(loser);
  });

  it("in the library, which forgets one of the files: opening for writing heals that", async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    await layOut(dir);
    await using longOpen = new PeerDrive(program, ["--dir", dir]);
    await longOpen.send('{"op":"list"}');
    {
      await using thief = new PeerDrive(program, ["--dir", dir]);
      await thief.send(JSON.stringify({ op: "addNames", id: taker, names: [name] }));
      expect(await occurrences(dir, name)).toBe(2);
    }
    // The rule of both: the later record keeps the name, and that is the volatile one.
    const expected = B;
    expect(await longOpen.send('{"op":"list"}')).toContain('"ok":false');
    {
      await using reader = await openContainerStore({ dir, readOnly: true });
      expect(await reader.lookup(name)).toBe(expected);
      expect(await occurrences(dir, name)).toBe(2);
    }
    await using opened = await openSound({ dir });
    expect(await occurrences(dir, name)).toBe(1);
    expect(await opened.store.lookup(name)).toBe(expected);
    expect(await longOpen.send('{"op":"list"}')).toContain('"ok":true');
    expect(await holderIn(longOpen, name)).toBe(expected);
    await using fresh = new PeerDrive(program, ["--dir", dir]);
    expect(await holderIn(fresh, name)).toBe(expected);
  });
});

describe.skipIf(programs.found === undefined)("an open store of ours", () => {
  it("heals what the library leaves while it is open, with a read or with a write", async () => {
    for (const next of ["read", "write"] as const) {
      await using folder = await temporaryFolder();
      const dir = folder.path;
      await layOut(dir);
      await using opened = await openSound({ dir });
      await opened.store.create({ id: C });
      {
        await using thief = new PeerDrive(programs.found!.peer, ["--dir", dir]);
        await thief.send(JSON.stringify({ op: "addNames", id: B, names: ["s"] }));
      }
      expect(await occurrences(dir, "s")).toBe(2);
      if (next === "read") expect(await opened.store.lookup("s")).toBe(B);
      else await opened.store.setMetadata(C, "m");
      expect(await occurrences(dir, "s")).toBe(1);
      expect((await opened.store.get(A)).names).toEqual(["s2"]);
    }
  });
});

if (programs.found === undefined) it.skip(`names across files: ${programs.reason}`, () => undefined);
