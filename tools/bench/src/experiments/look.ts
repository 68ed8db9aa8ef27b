import { openContainerStore } from "@stowage/store";
import { openLmdb, openSqlite, type RecordDatabase } from "../contestants/databases.ts";
import type { GoLibrary } from "../contestants/go.ts";
import type { Who } from "../measure/figure.ts";
import { place } from "../measure/place.ts";
import { type SampleRecord, sampleRecords, writeSampleStore } from "../measure/sample-store.ts";
import { type Contestant, takeTurns, timed, timedEach } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

const ROWS = ["list", "getId", "getName", "getPrefix"] as const;
const INNER = 500;
const LISTS = 20;

export const look: Experiment = {
  name: "look",
  rows: [
    { id: "list", title: "list", of: "containers" },
    { id: "getId", title: "get by id", of: "containers" },
    { id: "getName", title: "get by name", of: "containers" },
    { id: "getPrefix", title: "get by a prefix of 12 digits", of: "containers" },
  ],
  method:
    "An open store that nobody changed. `list` gives all records; a turn of ours is 20 calls, as one alone would be too " +
    "short to be measured. A turn of `get` is 500 calls one after the other, each " +
    "with its lock and its look whether somebody wrote. LMDB and SQLite parse the JSON of each record that they give, " +
    "since a record is what was asked for; they have no lock to take for it.",
  sizes: (run) => run,
  async measure({ go, effort }, n) {
    await using folder = await place();
    const ours = folder.sub("ours");
    writeSampleStore(ours, n);
    const records = sampleRecords(n);
    await using store = await openContainerStore({ dir: ours });
    const lmdb = openLmdb(folder.sub("lmdb"));
    const sqlite = openSqlite(folder.sub("sqlite"));
    for (const database of [lmdb, sqlite]) await database.insertAll(records);
    const any = walker(records);
    try {
      return await takeTurns(
        ROWS,
        n,
        present<Contestant>([
          {
            who: "stowage",
            steps: {
              list: () => timedEach(LISTS, () => store.list()),
              getId: () => timedEach(INNER, () => store.get(any().id)),
              getName: () => timedEach(INNER, () => store.get(any().name)),
              getPrefix: () => timedEach(INNER, () => store.get(any().id.slice(0, 12))),
            },
          },
          go === undefined ? undefined : await goLook(go, folder.sub("go"), n),
          databaseLook("lmdb", lmdb, any),
          databaseLook("sqlite", sqlite, any),
        ]),
        effort(n),
      );
    } finally {
      await lmdb.close();
      await sqlite.close();
    }
  },
};

/** Gives a record from another part of the store each time. */
function walker(records: readonly SampleRecord[]): () => SampleRecord {
  let at = 0;
  return () => records[(at += 7919) % records.length]!;
}

async function goLook(go: GoLibrary, dir: string, n: number): Promise<Contestant> {
  writeSampleStore(dir, n);
  await go.ask("open", { dir });
  const get = (row: string) => (): Promise<number> => go.once(row, { dir, inner: INNER });
  return {
    who: "go",
    steps: {
      list: () => go.once("list", { dir }),
      getId: get("getId"),
      getName: get("getName"),
      getPrefix: get("getPrefix"),
    },
  };
}

function databaseLook(who: Who, database: RecordDatabase, any: () => SampleRecord): Contestant {
  return {
    who,
    steps: {
      list: () => timed(() => database.list()),
      getId: () => timedEach(INNER, () => database.byId(any().id)),
      getName: () => timedEach(INNER, () => database.byName(any().name)),
      getPrefix: () => timedEach(INNER, () => database.byPrefix(any().id.slice(0, 12))),
    },
  };
}
