import path from "node:path";
import Database from "libsql";
import { open } from "lmdb";
import type { SampleRecord } from "../measure/sample-store.ts";

/** What the same records need of a database: by id, by name, and durable when the promise resolves. */
export interface RecordDatabase {
  insert(record: SampleRecord): Promise<void>;
  insertAll(records: readonly SampleRecord[]): Promise<void>;
  replace(record: SampleRecord): Promise<void>;
  remove(record: SampleRecord): Promise<void>;
  byId(id: string): unknown;
  byName(name: string): unknown;
  byPrefix(prefix: string): unknown;
  list(): unknown[];
  close(): Promise<void>;
}

const LAST = "\uffff";

/** LMDB by the package lmdb: its promise of a durable commit is `flushed`. */
export function openLmdb(dir: string): RecordDatabase {
  const root = open({ path: path.join(dir, "lmdb"), mapSize: 2 ** 33 });
  const records = root.openDB<string, string>({ name: "records", encoding: "string" });
  const names = root.openDB<string, string>({ name: "names", encoding: "string" });
  const put = ({ id, name, text }: SampleRecord): void => {
    void records.put(id, text);
    void names.put(name, id);
  };
  const commit = async (work: () => void): Promise<void> => {
    await root.transaction(work);
    await root.flushed;
  };
  const parsed = (text: string | undefined): unknown =>
    text === undefined ? undefined : (JSON.parse(text) as unknown);
  return {
    insert: (record) => commit(() => put(record)),
    insertAll: (all) => commit(() => all.forEach(put)),
    replace: (record) => commit(() => void records.put(record.id, record.text)),
    remove: ({ id, name }) =>
      commit(() => {
        void records.remove(id);
        void names.remove(name);
      }),
    byId: (id) => parsed(records.get(id)),
    byName: (name) => parsed(records.get(names.get(name) ?? "")),
    byPrefix: (prefix) =>
      [...records.getRange({ start: prefix, end: prefix + LAST, limit: 2 })].map(({ value }) =>
        parsed(value),
      ),
    list: () => [...records.getRange({})].map(({ value }) => parsed(value)),
    close: async () => root.close(),
  };
}

/** SQLite by the package libsql, whose binaries come without an install script; WAL with a sync at each commit. */
export function openSqlite(dir: string): RecordDatabase {
  const database = new Database(path.join(dir, "records.sqlite"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(
    "create table records (id text primary key, name text unique not null, record text not null) without rowid",
  );
  const insert = database.prepare("insert into records values (?, ?, ?)");
  const replace = database.prepare("update records set record = ? where id = ?");
  const remove = database.prepare("delete from records where id = ?");
  const byId = database.prepare("select record from records where id = ?");
  const byName = database.prepare("select record from records where name = ?");
  const byPrefix = database.prepare("select record from records where id >= ? and id < ? limit 2");
  const list = database.prepare("select record from records");
  const parsed = (row: unknown): unknown =>
    row === undefined ? undefined : (JSON.parse((row as { record: string }).record) as unknown);
  const add = ({ id, name, text }: SampleRecord): unknown => insert.run(id, name, text);
  const addAll = database.transaction((all: readonly SampleRecord[]) => all.forEach(add));
  return {
    insert: async (record) => void add(record),
    insertAll: async (all) => void addAll(all),
    replace: async ({ id, text }) => void replace.run(text, id),
    remove: async ({ id }) => void remove.run(id),
    byId: (id) => parsed(byId.get(id)),
    byName: (name) => parsed(byName.get(name)),
    byPrefix: (prefix) => byPrefix.all(prefix, prefix + LAST).map(parsed),
    list: () => list.all().map(parsed),
    close: async () => void database.close(),
  };
}
