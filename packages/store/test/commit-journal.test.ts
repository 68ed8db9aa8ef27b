import { existsSync } from "node:fs";
import { link, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { type CommitStep, encodeJournal, NO_FILE } from "../src/model/commit-journal.ts";
import { openContainerStore } from "../src/open-store.ts";
import { identityOf, writeJournal } from "../src/persistence/commit.ts";
import { StorePaths } from "../src/persistence/paths.ts";

const JOURNAL = ".stowage-commit.json";

/**
 * A store as a writer leaves it that is killed in the middle of a change: the item `k` of container `a` was to become
 * "new", and its metadata too. `placed` says how many of the two files it came to rename.
 */
async function killedIn(dir: string, placed: number): Promise<void> {
  const [old, changed] = [path.join(dir, "..", "old"), path.join(dir, "..", "changed")];
  for (const [place, content] of [
    [old, "old"],
    [changed, "new"],
  ] as const) {
    await using store = await openContainerStore({ dir: place });
    await store.create({ id: "a", bigData: [{ key: "k", data: content }], metadata: content });
  }
  await rename(old, dir);
  const from = [".tmp-item", ".tmp-containers.json1"];
  await link(path.join(changed, "a/k"), path.join(dir, from[0]!));
  await link(path.join(changed, "containers.json"), path.join(dir, from[1]!));
  const files = ["a/k", "containers.json"];
  const steps = files.map((file, at): CommitStep => ({
    target: at === 0 ? { file: "item", id: "a", key: "k" } : { file: "stable" },
    from: from[at],
    before: identityOf(path.join(dir, file)),
    after: identityOf(path.join(dir, from[at]!)),
  }));
  const lock = await openLockFile(path.join(dir, "containers.lock"));
  {
    await using held = await lock.lockForWriting();
    held.recordWrite();
    await writeJournal(new StorePaths({ dir }), held, steps, true);
    for (const [at, file] of files.slice(0, placed).entries()) {
      await rename(path.join(dir, from[at]!), path.join(dir, file));
    }
  }
  await lock.close();
}

const leftovers = async (dir: string): Promise<string[]> =>
  (await readdir(dir)).filter((name) => name.startsWith("."));

describe("a change that a killed writer has begun", () => {
  it.each([0, 1, 2])(
    "is finished by whoever reads the store next: %i of 2 files were in place",
    async (placed) => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      await killedIn(dir, placed);
      await using store = await openContainerStore({ dir });
      expect(await store.get("a")).toMatchObject({ metadata: "new" });
      expect(Buffer.from(await store.bigData("a", "k")).toString()).toBe("new");
      expect(await leftovers(dir)).toEqual([]);
      expect(await store.check()).toEqual([]);
    },
  );

  it("is finished without the volatile records that went with the power, or with their folder", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await killedIn(dir, 1);
    const journal = JSON.parse(await readFile(path.join(dir, JOURNAL), "utf8")) as { steps: object[] };
    const [before, after] = ["7:7:7", "8:8:8"];
    journal.steps.push({ target: { file: "volatile" }, from: ".tmp-gone", before, after });
    await writeFile(path.join(dir, JOURNAL), JSON.stringify(journal));
    await using store = await openContainerStore({ dir });
    expect(await store.metadata("a")).toBe("new");
    expect(Buffer.from(await store.bigData("a", "k")).toString()).toBe("new");
    expect(await leftovers(dir)).toEqual([]);
  });

  it("is told to an open store by a new token, so that it reads again", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await killedIn(dir, 1);
    // It reads without finishing anything, as the Go programs do.
    await using reader = await openContainerStore({ dir, readOnly: true });
    expect(await reader.metadata("a")).toBe("old");
    expect(await leftovers(dir)).toContain(JOURNAL);
    await (await openContainerStore({ dir })).close();
    expect(await reader.metadata("a")).toBe("new");
  });

  it("is left as it is when another program has written since", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await killedIn(dir, 1);
    const theirs = (await readFile(path.join(dir, "containers.json"), "utf8")).replace('"old"', '"theirs"');
    await writeFile(path.join(dir, "theirs"), theirs);
    await rename(path.join(dir, "theirs"), path.join(dir, "containers.json"));
    await using store = await openContainerStore({ dir });
    expect(await store.metadata("a")).toBe("theirs");
    expect(existsSync(path.join(dir, JOURNAL))).toBe(false);
    // The item is whole, and check sees that its record tells of another.
    expect((await store.check({ data: true })).map(({ code }) => code)).toContain("CHECK_BIG_DATA_ALTERED");
  });

  it("is found by check, and finished by repair", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await killedIn(dir, 1);
    await using store = await openContainerStore({ dir, acceptDamage: true });
    expect((await store.check()).map(({ code }) => code)).toContain("CHECK_COMMIT_UNFINISHED");
    const planned = await store.repair({ dryRun: true });
    expect(planned.steps.find(({ finding }) => finding.code === "CHECK_COMMIT_UNFINISHED")?.outcome).toBe(
      "planned",
    );
    expect(await leftovers(dir)).toContain(JOURNAL);
    const { steps } = await store.repair();
    expect(steps.map(({ finding, outcome }) => [finding.code, outcome])).toContainEqual([
      "CHECK_COMMIT_UNFINISHED",
      "repaired",
    ]);
    expect(await store.metadata("a")).toBe("new");
    expect(await store.check()).toEqual([]);
  });
});

describe("a journal that is not ours", () => {
  it.each([
    ["../victim", "k"],
    ["a", ".."],
    ["a", "../../victim/k"],
    ["..", "victim"],
    ["linked", "k"],
  ])("leads nobody out of the store: container %s, item %s", async (id, key) => {
    await using folder = await temporaryFolder();
    const [dir, victim] = [path.join(folder.path, "store"), path.join(folder.path, "victim")];
    await mkdir(victim);
    await writeFile(path.join(victim, "k"), "precious");
    await (await openContainerStore({ dir })).close();
    await writeFile(path.join(dir, ".tmp-evil"), "evil");
    await symlink(victim, path.join(dir, "linked"));
    const target = { file: "item", id, key } as const;
    const steps: CommitStep[] = [
      {
        target,
        from: ".tmp-evil",
        before: identityOf(path.join(victim, "k")),
        after: identityOf(path.join(dir, ".tmp-evil")),
      },
      { target, from: undefined, before: identityOf(path.join(victim, "k")), after: NO_FILE },
    ];
    for (const one of steps) {
      await writeFile(path.join(dir, JOURNAL), encodeJournal([one]));
      await (await openContainerStore({ dir })).close();
      expect(existsSync(path.join(dir, JOURNAL))).toBe(false);
      expect(await readFile(path.join(victim, "k"), "utf8")).toBe("precious");
      expect(await readdir(victim)).toEqual(["k"]);
    }
  });

  it("is nobody's when it speaks of one file twice", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await killedIn(dir, 0);
    const journal = JSON.parse(await readFile(path.join(dir, JOURNAL), "utf8")) as { steps: object[] };
    journal.steps.push(journal.steps[0]!);
    await writeFile(path.join(dir, JOURNAL), JSON.stringify(journal));
    await using store = await openContainerStore({ dir });
    expect(Buffer.from(await store.bigData("a", "k")).toString()).toBe("old");
    expect(existsSync(path.join(dir, JOURNAL))).toBe(false);
  });

  it.each(["kernel", "portable"] as const)(
    "lets others run, however many steps it has: %s locks",
    async (lock) => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      await (await openContainerStore({ dir, lock })).close();
      const steps = Array.from({ length: 50_000 }, (_, at): CommitStep => ({
        target: { file: "item", id: `of-nobody-${at}`, key: "k" },
        from: `.tmp-${at}`,
        before: NO_FILE,
        after: at === 49_999 ? "1:1:1" : NO_FILE,
      }));
      const text = encodeJournal(steps).replaceAll(
        /"from":"[^"]*","before":"none","after":"none"/g,
        '"before":"none","after":"none"',
      );
      await writeFile(path.join(dir, JOURNAL), text);
      // A writer that was killed has left its lease.
      if (lock === "portable")
        await mkdir(path.join(dir, "containers.lock.portable/leases", "0".repeat(32)), { recursive: true });
      const begun = performance.now();
      let [last, longest] = [begun, 0];
      const running = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      await using store = await openContainerStore({ dir, lock });
      expect(await store.list()).toEqual([]);
      clearInterval(running);
      // Of the time that it takes, not of any clock: all at once would be nearly the whole of it.
      expect(longest).toBeLessThan((performance.now() - begun) / 2);
      expect(existsSync(path.join(dir, JOURNAL))).toBe(false);
    },
  );

  it("does no harm when it is a folder, or a link", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    await (await openContainerStore({ dir })).close();
    await mkdir(path.join(dir, JOURNAL));
    {
      await using store = await openContainerStore({ dir });
      await store.create({ id: "a" });
    }
    await rename(path.join(dir, JOURNAL), path.join(dir, "elsewhere"));
    await symlink("/etc/passwd", path.join(dir, JOURNAL));
    await using store = await openContainerStore({ dir });
    await store.create({ id: "b" });
    expect((await store.list()).length).toBe(2);
  });
});
