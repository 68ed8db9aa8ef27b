import { openContainerStore } from "@stowage/store";
import { openLmdb, openSqlite, type RecordDatabase } from "../contestants/databases.ts";
import type { GoLibrary } from "../contestants/go.ts";
import type { Who } from "../measure/figure.ts";
import { place } from "../measure/place.ts";
import { sampleRecords, writeSampleStore } from "../measure/sample-store.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

const BURST = 1_000;

export const burst: Experiment = {
  name: "burst",
  rows: [{ id: "burst", title: "1,000 concurrent creates", of: "containers" }],
  method:
    "1,000 calls of `create` at once, until the last is acknowledged; they are deleted again between the rounds. Go has no " +
    "group commit, and its 1,000 creates would take minutes: each round times five of them, one after the other, and " +
    "counts 200 times that. LMDB and SQLite: one transaction of 1,000 inserts.",
  sizes: (run, quick) => (quick ? run.filter((n) => n <= 1_000) : run.filter((n) => n === 10_000)),
  async measure({ go, effort }, n) {
    await using folder = await place();
    const ours = folder.sub("ours");
    writeSampleStore(ours, n);
    await using store = await openContainerStore({ dir: ours });
    const lmdb = openLmdb(folder.sub("lmdb"));
    const sqlite = openSqlite(folder.sub("sqlite"));
    for (const database of [lmdb, sqlite]) await database.insertAll(sampleRecords(n));
    let count = 0;
    try {
      return await takeTurns(
        ["burst"],
        n,
        present<Contestant>([
          {
            who: "stowage",
            steps: {
              burst: async () => {
                const names = Array.from({ length: BURST }, () => `bench-${(count += 1)}`);
                const ns = await timed(() =>
                  Promise.all(names.map((name) => store.create({ names: [name] }))),
                );
                await Promise.all(names.map((name) => store.delete(name)));
                return ns;
              },
            },
          },
          go === undefined ? undefined : await goBurst(go, folder.sub("go"), n),
          databaseBurst("lmdb", lmdb, n),
          databaseBurst("sqlite", sqlite, n),
        ]),
        effort(n),
      );
    } finally {
      await lmdb.close();
      await sqlite.close();
    }
  },
};

async function goBurst(go: GoLibrary, dir: string, n: number): Promise<Contestant> {
  writeSampleStore(dir, n);
  await go.ask("open", { dir });
  return {
    who: "go",
    steps: {
      burst: async () => {
        const some = await go.ask("create", { dir, times: 5 });
        await go.ask("delete", { dir, times: 5 });
        return (some.reduce((sum, ns) => sum + ns, 0) / some.length) * BURST;
      },
    },
  };
}

function databaseBurst(who: Who, database: RecordDatabase, n: number): Contestant {
  const records = sampleRecords(BURST, n);
  return {
    who,
    steps: {
      burst: async () => {
        const ns = await timed(() => database.insertAll(records));
        for (const record of records) await database.remove(record);
        return ns;
      },
    },
  };
}
