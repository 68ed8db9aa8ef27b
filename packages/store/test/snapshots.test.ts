import { rm } from "node:fs/promises";
import { peer, PeerDrive, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import type { Container, ContainerStore, Snapshot } from "../src/index.ts";
import { openContainerStore } from "../src/index.ts";
import { openSound } from "./support/sound.ts";
import { storageTool, storageTools } from "./support/storage-tool.ts";

const shown = ({ id, names, metadata }: Container): string => `${id} ${names.join()} ${metadata}`;

describe("a snapshot of a store", () => {
  it("is the list itself, and stays what it is when the store changes, closes and is gone", async () => {
    await using folder = await temporaryFolder();
    const store = await openContainerStore({ dir: folder.path });
    for (const n of [1, 2, 3]) await store.create({ id: `id${n}`, names: [`n${n}`], metadata: `${n}` });
    const snapshot = await store.snapshot();
    expect(snapshot.list()).toBe(await store.list());
    const before = (await store.list()).map(shown);

    await store.setMetadata("n1", "changed");
    await store.addNames("id2", ["n3"], { onConflict: "steal" });
    await store.delete("n3");
    await store.create({ names: ["n3"] });
    await store.wipe();
    await store.close();
    await rm(folder.path, { recursive: true });

    expect(snapshot.list().map(shown)).toEqual(before);
    expect([...snapshot].map(shown)).toEqual(before);
    expect(snapshot.size).toBe(3);
    expect(snapshot.get("n3").id).toBe("id3");
    expect(snapshot.find("n1")?.metadata).toBe("1");
    expect(snapshot.exists("n4")).toBe(false);
    expect(snapshot.lookup("n2")).toBe("id2");
    expect(snapshot.resolvePrefix("id1")).toBe("id1");
    expect(snapshot.list({ filter: "metadata=$=1" }).map(({ id }) => id)).toEqual(["id1"]);
    expect(
      snapshot.list({ filter: { name: "[23]" }, sort: "id", reverse: true }).map(({ id }) => id),
    ).toEqual(["id3", "id2"]);
    const fits = snapshot.matcher(["name=^n3$", "since=n2"]);
    expect(
      snapshot
        .list()
        .filter(fits)
        .map(({ id }) => id),
    ).toEqual(["id3"]);
    // Of what is in no snapshot, too.
    expect(fits({ ...snapshot.get("n3"), names: ["n4"] })).toBe(false);
    expect(() => snapshot.matcher("since=n4")).toThrow(
      expect.objectContaining({ code: "ERR_CONTAINER_UNKNOWN" }),
    );
    expect(() => snapshot.get("n4")).toThrow(expect.objectContaining({ code: "ERR_CONTAINER_UNKNOWN" }));
    expect(() => snapshot.resolvePrefix("id")).toThrow(
      expect.objectContaining({
        code: "ERR_AMBIGUOUS_PREFIX",
        details: { prefix: "id", candidates: ["id1", "id2", "id3"] },
      }),
    );
  });

  it("has the filters of the store, which shares its list where there are none", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await store.create({ names: ["web"], flags: { tier: "x" }, bigData: [{ key: "k", data: "12345" }] });
    await store.create({ names: ["db"], volatile: true, metadata: '{"name":"db"}' });
    const names = (containers: readonly Container[]): unknown[] => containers.map(({ names }) => names[0]);
    const snapshot = await store.snapshot();
    for (const query of [
      { filter: ["flag=tier=x"] },
      { filter: { volatile: false } },
      { filter: "metadata!=name=db" },
      { filter: { since: "1h", name: /^WEB$/i } },
      { filter: "has-data=k", sort: "size" as const },
    ]) {
      expect(names(await store.list(query))).toEqual(["web"]);
      expect(names(snapshot.list(query))).toEqual(["web"]);
    }
    expect(names(await store.list({ sort: "size" }))).toEqual(["db", "web"]);
    expect(names(await store.list({ filter: { since: "web" } }))).toEqual(["db"]);
    expect(names(await store.list({ limit: 1, timeout: 5_000 }))).toEqual(["web"]);
    expect(await store.list({ timeout: 5_000, reverse: false })).toBe(await store.list());
    expect(snapshot.list({})).toBe(await store.list());
    await expect(store.list({ filter: "nmae=x" })).rejects.toMatchObject({ code: "ERR_UNKNOWN_FILTER" });
    await expect(store.list({ filter: "name=(" })).rejects.toMatchObject({ code: "ERR_INVALID_FILTER" });
    await expect(store.list({ filter: "since=nobody" })).rejects.toMatchObject({
      code: "ERR_CONTAINER_UNKNOWN",
      details: { ref: "nobody", filter: "since" },
    });
    await expect(store.list({ signal: AbortSignal.abort("why"), sort: "id" })).rejects.toBe("why");
  });
});

describe("beside a transaction", () => {
  it("a snapshot has none of what it did when it is taken back, and its own filters see all of it", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await store.create({ names: ["web"], metadata: "before" });
    const before = await store.snapshot();
    const end = new Error("enough");
    const work = store.transaction(async (tx) => {
      await tx.setMetadata("web", "within");
      await tx.create({ names: ["db"] });
      expect((await tx.list({ filter: { name: "^db$" } })).length).toBe(1);
      expect((await tx.list({ filter: { since: "web" } })).map(({ names }) => names)).toEqual([["db"]]);
      expect(before.list().map(({ metadata }) => metadata)).toEqual(["before"]);
      expect(before.find("db")).toBeUndefined();
      await expect(store.snapshot()).rejects.toMatchObject({ code: "ERR_TRANSACTION_NESTED" });
      throw end;
    });
    await expect(work).rejects.toBe(end);
    const after = await store.snapshot();
    for (const snapshot of [before, after]) {
      expect(snapshot.list().map(({ metadata }) => metadata)).toEqual(["before"]);
      expect(snapshot.get("web").metadata).toBe("before");
      expect(snapshot.exists("db")).toBe(false);
    }
  });
});

/**
 * What the library is told to do, and what the store is after each of it. Ids end
 * with a dash, so that none begins another: `exists` takes beginnings, too.
 */
function work(rounds: number): { requests: string[]; states: string[][] } {
  const requests: string[] = [];
  const states: string[][] = [];
  const records = new Map<string, Container["metadata"]>([
    ["a", "-"],
    ["b", "-"],
  ]);
  const say = (request: object): void => {
    requests.push(JSON.stringify(request));
    states.push([...records].map(([id, metadata]) => `${id} name-${id} ${metadata}`));
  };
  states.push([...records].map(([id, metadata]) => `${id} name-${id} ${metadata}`));
  for (let round = 0; round < rounds; round += 1) {
    for (const id of ["a", "b"]) {
      records.set(id, `round ${round}`);
      say({ op: "setMetadata", id, metadata: `round ${round}` });
    }
    records.set(`c${round}-`, "");
    say({ op: "create", id: `c${round}-`, names: [`name-c${round}-`] });
    if (round < 3) continue;
    records.delete(`c${round - 3}-`);
    say({ op: "delete", id: `c${round - 3}-` });
  }
  return { requests, states };
}

/** Every answer of the snapshot, against the state that it must be of. */
function expectState(snapshot: Snapshot, state: readonly string[], gone: readonly string[]): void {
  expect(snapshot.list().map(shown)).toEqual(state);
  for (const container of snapshot) {
    expect(snapshot.find(container.id)).toBe(container);
    expect(snapshot.get(container.names[0]!)).toBe(container);
    expect(snapshot.list({ filter: `name=^${container.names[0]!}$` })).toEqual([container]);
  }
  for (const id of gone)
    expect(snapshot.exists(id)).toBe(state.some((record) => record.startsWith(`${id} `)));
}

async function snapshotsWhile(store: ContainerStore, busy: Promise<unknown>): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  let isBusy = true;
  void busy.then(
    () => (isBusy = false),
    () => (isBusy = false),
  );
  while (isBusy) snapshots.push(await store.snapshot());
  return snapshots;
}

const programs = peer();

describe("while the library writes", () => {
  it.skipIf(programs.found === undefined)(
    "each snapshot is of one moment, the moments follow one another, and none changes later",
    async () => {
      await using folder = await temporaryFolder();
      await using sound = await openSound({ dir: folder.path });
      for (const id of ["a", "b"]) await sound.store.create({ id, names: [`name-${id}`], metadata: "-" });
      const { requests, states } = work(60);
      let snapshots: Snapshot[];
      {
        await using library = new PeerDrive(programs.found!.peer, ["--dir", folder.path]);
        const replies = Promise.all(requests.map((request) => library.send(request)));
        snapshots = await snapshotsWhile(sound.store, replies);
        expect((await replies).filter((reply) => !reply.startsWith('{"ok":true'))).toEqual([]);
      }
      snapshots.push(await sound.store.snapshot());

      // Nothing was looked at until now: what they show was read from files that have long been replaced.
      const texts = states.map((state) => state.join("\n"));
      const created = Array.from({ length: 60 }, (_, round) => `c${round}-`);
      let moment = 0;
      const moments = new Set<number>();
      for (const snapshot of snapshots) {
        moment = texts.indexOf(snapshot.list().map(shown).join("\n"), moment);
        expect(moment, "a state that never was, or was before").toBeGreaterThanOrEqual(0);
        if (!moments.has(moment)) expectState(snapshot, states[moment]!, created);
        moments.add(moment);
      }
      expect(moment).toBe(states.length - 1);
      expect(moments.size).toBeGreaterThan(2);
    },
  );
  if (programs.found === undefined) it.skip(programs.reason ?? "no peer", () => undefined);
});

const { tools, reason } = await storageTools();

describe.each(tools)("beside containers-storage %s", (_, program) => {
  it("a snapshot stays as it was, and a new one sees what the program did", async () => {
    await using folder = await temporaryFolder();
    const tool = storageTool(program, folder.path);
    const id = await tool.create("-n", "web", "-m", "first");
    await using sound = await openSound({ dir: tool.dir });
    const first = await sound.store.snapshot();
    await tool.run("set-metadata", "-m", "second", "web");
    await tool.create("-n", "queue");
    const second = await sound.store.snapshot();
    await tool.run("delete-container", id);
    const third = await sound.store.snapshot();
    expect([first.size, second.size, third.size]).toEqual([1, 2, 1]);
    expect([first, second].map((snapshot) => snapshot.get("web").metadata)).toEqual(["first", "second"]);
    expect([first, second, third].map((snapshot) => snapshot.exists("queue"))).toEqual([false, true, true]);
    expect([first, second, third].map((snapshot) => snapshot.list({ filter: "name=web" }).length)).toEqual([
      1, 1, 0,
    ]);
    expect(second.resolvePrefix(id.slice(0, 12))).toBe(id);
  });
});

if (tools.length === 0) it.skip(`beside containers-storage: ${reason}`, () => undefined);
