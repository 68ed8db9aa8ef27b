import { readFileSync } from "node:fs";
import path from "node:path";
import { openContainerStore } from "@stowage/store";
import { openLmdb, openSqlite, type RecordDatabase } from "../contestants/databases.ts";
import type { GoLibrary } from "../contestants/go.ts";
import { PlainFiles } from "../contestants/plain-files.ts";
import { replaceRaw } from "../contestants/raw.ts";
import type { Who } from "../measure/figure.ts";
import { place } from "../measure/place.ts";
import { sampleRecord, sampleRecords, writeSampleStore } from "../measure/sample-store.ts";
import { type Contestant, takeTurns, timed } from "../measure/take-turns.ts";
import { type Experiment, present } from "./experiment.ts";

const METADATA = "m".repeat(300);

/** One change, acknowledged when it is durable. The store has `n` containers again after each round. */
export const changes: Experiment = {
  name: "changes",
  rows: [
    { id: "create", title: "create, durable", of: "containers" },
    { id: "setMetadata", title: "setMetadata, durable", of: "containers" },
    { id: "delete", title: "delete, durable", of: "containers" },
  ],
  method:
    "One open store of N containers each, nobody else on it. A round creates a container, sets the metadata of one " +
    "in the middle, and deletes the new one; each is timed until it is acknowledged. Raw: the file of records is " +
    "written from one warm buffer to a new file, `fdatasync`, `close`, `rename`, `fsync` of the folder, by synchronous " +
    "calls. LMDB: one transaction on an index of ids and one of names, until `flushed`. SQLite: WAL, " +
    "`synchronous = FULL`, one statement on a table with a unique name. Plain files: proper-lockfile, `readFile`, " +
    "`JSON.parse`, the change, `JSON.stringify`, write-file-atomic.",
  sizes: (run) => run,
  async measure({ go, effort }, n) {
    await using folder = await place();
    const ours = folder.sub("ours");
    writeSampleStore(ours, n);
    await using store = await openContainerStore({ dir: ours });
    const lmdb = openLmdb(folder.sub("lmdb"));
    const sqlite = openSqlite(folder.sub("sqlite"));
    for (const database of [lmdb, sqlite]) await database.insertAll(sampleRecords(n));
    const plain = folder.sub("plain");
    writeSampleStore(plain, n);
    const middle = sampleRecord(n >> 1);
    let count = 0;
    const created: string[] = [];
    try {
      return await takeTurns(
        ["create", "setMetadata", "delete"],
        n,
        present([
          {
            who: "stowage",
            steps: {
              create: () =>
                timed(async () => {
                  const name = `bench-${(count += 1)}`;
                  const made = await store.create({ names: [name], image: middle.id, metadata: METADATA });
                  created.push(made.id);
                }),
              setMetadata: () => timed(() => store.setMetadata(middle.id, `${METADATA}${(count += 1)}`)),
              delete: () => timed(() => store.delete(created.pop() ?? "")),
            },
          },
          rawChanges(ours, folder.sub("raw")),
          go === undefined ? undefined : await goChanges(go, folder.sub("go"), n),
          databaseChanges("lmdb", lmdb, n),
          databaseChanges("sqlite", sqlite, n),
          plainChanges(plain, n),
        ]),
        effort(n),
      );
    } finally {
      await lmdb.close();
      await sqlite.close();
    }
  },
};

function rawChanges(store: string, dir: string): Contestant {
  const bytes = readFileSync(path.join(store, "containers.json"));
  const target = path.join(dir, "containers.json");
  const replace = (): Promise<number> => timed(() => replaceRaw(target, bytes, true));
  return { who: "raw", steps: { create: replace, setMetadata: replace, delete: replace } };
}

async function goChanges(go: GoLibrary, dir: string, n: number): Promise<Contestant> {
  writeSampleStore(dir, n);
  await go.ask("open", { dir });
  const step = (row: string) => (): Promise<number> => go.once(row, { dir });
  return {
    who: "go",
    steps: { create: step("create"), setMetadata: step("setMetadata"), delete: step("delete") },
  };
}

function databaseChanges(who: Who, database: RecordDatabase, n: number): Contestant {
  const middle = sampleRecord(n >> 1);
  const fresh = sampleRecord(n);
  let count = 0;
  return {
    who,
    steps: {
      create: () => timed(() => database.insert(fresh)),
      setMetadata: () =>
        timed(() =>
          database.replace({ ...middle, text: middle.text.replace("---------", `${(count += 1)}---------`) }),
        ),
      delete: () => timed(() => database.remove(fresh)),
    },
  };
}

function plainChanges(dir: string, n: number): Contestant {
  const files = new PlainFiles(dir);
  const middle = sampleRecord(n >> 1).id;
  const fresh = JSON.parse(sampleRecord(n).text) as { id: string; metadata: string };
  return {
    who: "plain files",
    steps: {
      create: () => timed(() => files.change((records) => void records.push(fresh))),
      setMetadata: () =>
        timed(() =>
          files.change((records) => {
            const record = records.find(({ id }) => id === middle);
            if (record !== undefined) record.metadata = `${METADATA}${Math.random()}`;
          }),
        ),
      delete: () => timed(() => files.change((records) => void records.pop())),
    },
  };
}
