import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { peer, PeerDrive } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { quickFolder } from "./support/quick-folder.ts";
import { openSound } from "./support/sound.ts";

const programs = peer();

/** Leaves a token, as a writer does whose change is made by hand. */
async function leaveToken(dir: string): Promise<void> {
  await using lock = await openLockFile(path.join(dir, "containers.lock"));
  await using held = await lock.lockForWriting();
  held.recordWrite();
}

describe("an open store", () => {
  it("reads the files once, and then only when somebody else wrote", async () => {
    await using folder = await quickFolder();
    await using opened = await openSound({ dir: folder.path });
    await using other = await openContainerStore({ dir: folder.path });
    const { store, memory } = opened;
    for (let count = 0; count < 50; count += 1) await store.create({ id: `c${count}`, names: [`n${count}`] });
    const { loads } = memory.counters;
    await store.list();
    await store.get("n7");
    await store.setMetadata("n7", "own");
    expect(memory.counters.loads).toBe(loads);

    const { decoded } = memory.counters;
    await other.setMetadata("n8", "theirs");
    expect(await store.metadata("n8")).toBe("theirs");
    await store.list();
    expect(memory.counters.loads).toBe(loads + 1);
    expect(memory.counters.decoded).toBe(decoded + 1);
  });

  it("keeps the records that did not change, as the same objects", async () => {
    await using folder = await quickFolder();
    await using opened = await openSound({ dir: folder.path });
    await using other = await openContainerStore({ dir: folder.path });
    const { store } = opened;
    for (let count = 0; count < 20; count += 1) await store.create({ id: `c${count}` });
    const before = await store.list();
    await other.setMetadata("c7", "changed");
    await other.delete("c3");
    await other.create({ id: "new" });
    const after = await store.list();
    expect(after.map(({ id }) => id)).toEqual([
      ...before.map(({ id }) => id).filter((id) => id !== "c3"),
      "new",
    ]);
    const kept = after.filter((container) => before.includes(container)).map(({ id }) => id);
    expect(kept).toEqual(before.map(({ id }) => id).filter((id) => id !== "c3" && id !== "c7"));
  });

  it("reads a file of many megabytes from both ends, and decodes no more than what differs", async () => {
    await using folder = await quickFolder();
    await using opened = await openSound({ dir: folder.path });
    await using other = await openContainerStore({ dir: folder.path });
    const { store, memory } = opened;
    const metadata = "m".repeat(60_000);
    const ids = Array.from({ length: 150 }, (_, number) => `c${number}`);
    await Promise.all(ids.map((id) => store.create({ id, metadata })));
    await other.list();
    const first = await store.list();
    const known = new Map(first.map((container) => [container.id, container]));
    let { decoded } = memory.counters;
    const changes: readonly (() => Promise<unknown>)[] = [
      () => other.setMetadata("c75", "in the middle"),
      () => other.setMetadata("c0", "at the beginning"),
      () => other.delete("c149"),
      () => other.create({ id: "new", metadata }),
      () => Promise.all([other.delete("c30"), other.delete("c31")]),
      () => other.addNames("c1", ["named"]),
      // What grows and what shrinks at the two ends: most of the file is elsewhere now.
      () => Promise.all([other.setMetadata("c2", "x"), other.setMetadata("c147", "y".repeat(90_000))]),
    ];
    for (const [turn, change] of changes.entries()) {
      await change();
      const now = await store.list();
      expect(now).toEqual(await other.list());
      if (turn < changes.length - 1) expect(memory.counters.decoded - decoded).toBeLessThan(40);
      decoded = memory.counters.decoded;
    }
    const same = (await store.list()).filter((container) => container === known.get(container.id));
    expect(same.length).toBe(ids.length - 8);
    await using fresh = await openContainerStore({ dir: folder.path });
    expect(await fresh.list()).toEqual(await store.list());
  });

  it("tells of damage in a large file as of any, and keeps what it had", async () => {
    await using folder = await quickFolder();
    const store = await openContainerStore({ dir: folder.path });
    const metadata = "m".repeat(60_000);
    await Promise.all(Array.from({ length: 150 }, () => store.create({ metadata })));
    const file = path.join(folder.path, "containers.json");
    const sound = await readFile(file);
    for (const [place, reason] of [
      [0, "a list of records expected"],
      [5_000_000, "a control character"],
      [sound.length - 1, "a comma or the end"],
    ] as const) {
      const broken = Buffer.from(sound);
      broken[place] = 1;
      await writeFile(file, broken);
      await leaveToken(folder.path);
      await expect(store.list()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      await expect(store.list()).rejects.toThrow(reason);
    }
    await writeFile(file, sound);
    await leaveToken(folder.path);
    expect(await store.list()).toHaveLength(150);
    await store.close();
  });

  it("notices that another store is in its place, also when neither has a token", async () => {
    await using folder = await quickFolder();
    const [one, other] = ["one", "other"].map((name) => path.join(folder.path, name)) as [string, string];
    for (const dir of [one, other]) {
      await mkdir(dir);
      const record = { id: path.basename(dir), image: "", layer: "", created: "2026-01-02T03:04:05Z" };
      await writeFile(path.join(dir, "containers.json"), JSON.stringify([record]));
      await writeFile(path.join(dir, "containers.lock"), "");
    }
    await using store = await openContainerStore({ dir: one });
    expect((await store.list()).map(({ id }) => id)).toEqual(["one"]);
    await rename(one, path.join(folder.path, "away"));
    await rename(other, one);
    expect((await store.list()).map(({ id }) => id)).toEqual(["other"]);
    await store.create({ id: "new" });
    expect((await store.list()).map(({ id }) => id)).toEqual(["other", "new"]);
  });

  it("decodes one record when the library has changed one", async (context) => {
    if (programs.found === undefined) return context.skip(programs.reason);
    await using folder = await quickFolder();
    await using opened = await openSound({ dir: folder.path });
    const { store, memory } = opened;
    await Promise.all(
      Array.from({ length: 200 }, (_, count) =>
        store.create({ id: `c${count}`, flags: { f: { b: [1e21, "<"], a: null } }, metadata: "\u2028é" }),
      ),
    );
    await using driver = new PeerDrive(programs.found.peer, ["--dir", folder.path]);
    const { decoded } = memory.counters;
    expect(await driver.send('{"op":"setMetadata","id":"c100","metadata":"theirs"}')).toContain('"ok":true');
    expect(await store.metadata("c100")).toBe("theirs");
    expect(memory.counters.decoded).toBe(decoded + 1);
  });

  it("serves nothing of a load that failed half-way, and everything of the next", async () => {
    await using folder = await quickFolder();
    const stable = path.join(folder.path, "containers.json");
    const volatile = path.join(folder.path, "volatile-containers.json");
    await using opened = await openSound({ dir: folder.path });
    const { store } = opened;
    await store.create({ id: "a", names: ["n"] });
    await store.create({ id: "v", volatile: true });
    const [good, sound] = await Promise.all([readFile(stable, "utf8"), readFile(volatile, "utf8")]);
    await writeFile(stable, good.replace('"n"', '"m"'));
    await writeFile(volatile, sound.slice(0, -5));
    await leaveToken(folder.path);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const damaged = { code: "ERR_STORE_DAMAGED", details: { path: volatile } };
      await expect(store.list()).rejects.toMatchObject(damaged);
      await expect(store.get("n")).rejects.toMatchObject(damaged);
      await expect(store.setMetadata("a", "x")).rejects.toMatchObject(damaged);
      await expect(store.create({ id: "b" })).rejects.toMatchObject(damaged);
      await expect(store.wipe()).rejects.toMatchObject(damaged);
    }
    expect(await readFile(volatile, "utf8")).toBe(sound.slice(0, -5));
    await writeFile(volatile, sound.replace('"v"', '"w"'));
    expect((await store.list()).map(({ id, names }) => [id, ...names])).toEqual([["a", "m"], ["w"]]);
    expect(await store.exists("n")).toBe(false);
    expect(await store.exists("v")).toBe(false);
  });

  it("follows a file through anything that somebody makes of it", async () => {
    await using folder = await quickFolder();
    const stable = path.join(folder.path, "containers.json");
    await using opened = await openSound({ dir: folder.path });
    const { store } = opened;
    await store.create({ id: "a" });
    const record = (id: string, more = ""): string =>
      `{"id":"${id}","image":"","layer":""${more},"created":"2025-03-04T05:06:07Z"}`;
    const versions: [string, string[]][] = [
      [`[${record("a")},${record("b")}]`, ["a", "b"]],
      [`[${record("b")},${record("a")}]`, ["b", "a"]],
      [`[ ${record("b")} , ${record("a")} ]\n`, ["b", "a"]],
      [`[${record("b", ',"metadata":"x"')},${record("a")}]`, ["b", "a"]],
      [`[${record("c")},${record("b")},${record("a")},${record("d")}]`, ["c", "b", "a", "d"]],
      [`[${record("a")},${record("a", ',"metadata":"second"')},${record("d")}]`, ["a", "d"]],
      ["[]", []],
      ["null", []],
      [`[${record("d")}]`, ["d"]],
      ["[{}]", [""]],
      [`[${record("a")}]`, ["a"]],
    ];
    for (const [content, ids] of versions) {
      await writeFile(stable, content);
      await leaveToken(folder.path);
      expect(
        (await store.list()).map(({ id }) => id),
        content,
      ).toEqual(ids);
      await opened.assertSound();
    }
  });
});
