import { type Container, type ContainerStore, encodeContainerText } from "@stowage/store";
import { bytesOf, type Calls } from "./calls.ts";
import type { Step } from "./inputs.ts";

/** Of large stores only the first ones are asked for all that there is. */
const SOME = 8;
const LONG_TEXT = 100;

export const steps: Readonly<Record<Step, (calls: Calls) => Promise<void>>> = {
  read,
  check,
  change,
  repair,
  collect,
  remove,
};

/** A byte that is no UTF-8 is written as an escape, and read again as the character of that escape. */
const textsOf = (containers: readonly Container[]): string[] =>
  containers.map((container) => encodeContainerText(container).replaceAll("\\ufffd", "\ufffd")).sort();

async function listed(calls: Calls, store: ContainerStore): Promise<readonly Container[] | undefined> {
  const list = await calls.call("list", () => store.list());
  return "done" in list ? list.done : undefined;
}

/** Reads everything that can be asked for. A file with something in it is never read as an empty store. */
async function read(calls: Calls): Promise<void> {
  const before = bytesOf(calls.stableFile);
  const refused = await calls.withStore(async (store) => {
    const list = await listed(calls, store);
    if (list === undefined) return;
    if (!list.some(({ volatile }) => !volatile) && before !== undefined && !isEmptyList(before))
      calls.notes.violation(`${before.length} bytes were read as an empty store`);
    for (const container of list.slice(0, SOME)) await readContainer(calls, store, container);
    for (const ref of ["", "a", "../victim", "n0", "\0", "\ud800"]) {
      await calls.call("find", () => store.find(ref));
      await calls.call("resolvePrefix", () => store.resolvePrefix(ref));
    }
  });
  const after = bytesOf(calls.stableFile);
  if (refused !== undefined && before !== undefined && after?.equals(before) !== true)
    calls.notes.violation(`a store that was refused (${refused.code}) has other bytes`);
}

/** Whether Go, too, reads no records: nothing, `null` or `[]`, and what stands behind a NUL does not count. */
function isEmptyList(bytes: Buffer): boolean {
  return /^(\s*(null|\[\s*\])\s*(\0|$))?$/.test(
    bytes.subarray(0, bytes.indexOf(0) + 1 || bytes.length).toString("latin1"),
  );
}

async function readContainer(calls: Calls, store: ContainerStore, container: Container): Promise<void> {
  const { id } = container;
  const found = await calls.call("get", () => store.get(id));
  if ("done" in found && encodeContainerText(found.done) !== encodeContainerText(container))
    calls.notes.violation(`get(${JSON.stringify(id.slice(0, LONG_TEXT))}) gives another record than list()`);
  await calls.call("metadata", () => store.metadata(id));
  for (const name of container.names.slice(0, 2)) await calls.call("lookup", () => store.lookup(name));
  for (const key of [...container.bigDataNames.slice(0, SOME), "k", "../precious"]) {
    await calls.call("bigData", () => store.bigData(id, key));
    await calls.call("bigDataSize", () => store.bigDataSize(id, key));
    await calls.call("bigDataDigest", () => store.bigDataDigest(id, key));
  }
}

async function check(calls: Calls): Promise<void> {
  const before = [bytesOf(calls.stableFile), bytesOf(calls.volatileFile)];
  await calls.withStore(async (store) => {
    const found = await calls.call("check", () => store.check());
    for (const { code } of "done" in found ? found.done : []) calls.notes.count(code);
    await calls.call("repair, dry", () => store.repair({ dryRun: true }));
    await calls.call("gc, dry", () => store.gc({ dryRun: true, minAge: 0 }));
  }, true);
  const after = [bytesOf(calls.stableFile), bytesOf(calls.volatileFile)];
  if (before.some((bytes, index) => bytes?.equals(after[index] ?? Buffer.alloc(0)) === false))
    calls.notes.violation("looking changed a file of records");
}

/** What was opened and saved can be opened again, with the same records and the new one. */
async function change(calls: Calls): Promise<void> {
  let expected: string[] | undefined;
  await calls.withStore(async (store) => {
    let list = await listed(calls, store);
    if (list === undefined) return;
    expected = textsOf(list);
    for (const volatile of [false, true]) {
      await calls.call("create", () => store.create({ volatile, bigData: [{ key: "k", data: "new" }] }));
    }
    const { id } = list[0] ?? { id: "a" };
    await calls.call("setMetadata", () => store.setMetadata(id, "changed"));
    await calls.call("setFlag", () => store.setFlag(id, "__proto__", { constructor: 1 }));
    await calls.call("setBigData", () => store.setBigData(id, "k", "changed"));
    await calls.call("addNames", () => store.addNames(id, ["new", "n0"], { onConflict: "steal" }));
    const old = list.slice(1).map((container) => container.id);
    list = await listed(calls, store);
    expected = list === undefined ? undefined : textsOf(list);
    const missing = old.filter((each) => list?.some((container) => container.id === each) === false);
    if (missing.length > 0) calls.notes.violation(`${missing.length} records are gone after a change`);
  });
  if (expected === undefined) return;
  let actual: string[] | undefined;
  const refused = await calls.withStore(async (store) => {
    const list = await listed(calls, store);
    actual = list === undefined ? undefined : textsOf(list);
  });
  // Being kept waiting is no damage.
  if (refused?.code === "ERR_STORE_DAMAGED")
    calls.notes.violation(`it was open, and is refused now: ${refused.message}`);
  else if (actual !== undefined) assertSame(calls, "after a change", actual, expected);
}

function assertSame(
  calls: Calls,
  when: string,
  actual: readonly string[],
  expected: readonly string[],
): void {
  const at = expected.findIndex((text, index) => text !== actual[index]);
  if (at < 0 && actual.length === expected.length) return;
  calls.notes.violation(
    `${when} there are ${actual.length} records, not ${expected.length}: ` +
      `${actual[at]?.slice(0, LONG_TEXT)} instead of ${expected[at]?.slice(0, LONG_TEXT)}`,
  );
}

const NAMED = [
  "CHECK_FILE_UNREADABLE",
  "CHECK_FILE_UNSEARCHED",
  "CHECK_FILE_LOST",
  "CHECK_FILE_MISSING",
  "CHECK_ID_NO_FILE_NAME",
  "CHECK_KEY_NO_FILE_NAME",
  "CHECK_BIG_DATA_MISSING",
];

/** Repairs what is safe, then all; keeps a copy of what it replaces, and loses no record that could be read. */
async function repair(calls: Calls): Promise<void> {
  let known: string[] = [];
  const damage = await calls.withStore(async (store) => {
    known = ((await listed(calls, store)) ?? []).map(({ id }) => id);
  });
  for (const codes of [undefined, NAMED]) {
    const files = [calls.stableFile, calls.volatileFile];
    const before = files.map(bytesOf);
    await calls.withStore(async (store) => {
      const result = await calls.call("repair", () => store.repair({ codes }));
      if (!("done" in result)) return;
      for (const { outcome, finding } of result.done.steps) calls.notes.count(`${finding.code}: ${outcome}`);
      const copies = result.done.backups.map(bytesOf);
      for (const [index, bytes] of before.entries()) {
        if (bytes === undefined || bytesOf(files[index]!)?.equals(bytes) === true) continue;
        if (!copies.some((copy) => copy?.equals(bytes)))
          calls.notes.violation(`no copy was kept of ${files[index]}`);
      }
    }, true);
    const refused = await calls.withStore(async (store) => {
      const list = await listed(calls, store);
      const ids = new Set(list?.map(({ id }) => id));
      // Whose id is no file name may go, once that is asked for by its code.
      const lost = list === undefined || codes !== undefined ? [] : known.filter((id) => !ids.has(id));
      if (lost.length > 0) calls.notes.violation(`repair lost ${lost.length} records that could be read`);
      if (damage !== undefined) calls.notes.count("repaired stores");
    });
    if (refused?.code === "ERR_STORE_DAMAGED" && damage === undefined)
      calls.notes.violation(`repair damaged the store: ${refused.message}`);
  }
}

async function collect(calls: Calls): Promise<void> {
  await calls.withStore(async (store) => {
    const before = await listed(calls, store);
    await calls.call("gc", () => store.gc());
    await calls.call("gc of all", () => store.gc({ minAge: 0 }));
    const after = await listed(calls, store);
    if (before !== undefined && after !== undefined)
      assertSame(calls, "after gc", textsOf(after), textsOf(before));
  });
}

async function remove(calls: Calls): Promise<void> {
  await calls.withStore(async (store) => {
    const list = (await listed(calls, store)) ?? [];
    for (const { id } of list.slice(0, 3)) {
      const gone = await calls.call("delete", () => store.delete(id));
      const left = "done" in gone ? await listed(calls, store) : undefined;
      if (left?.some((container) => container.id === id) === true)
        calls.notes.violation("what was deleted is there");
    }
    const wiped = await calls.call("wipe", () => store.wipe());
    const left = "done" in wiped ? await listed(calls, store) : undefined;
    if (left !== undefined && left.length > 0) calls.notes.violation("wipe left containers");
    await calls.call("create", () =>
      store.create({ id: "a0".repeat(32), bigData: [{ key: "k", data: "v" }] }),
    );
  });
}
