// Judges files of records for the fuzzer (tools/attack/src/fuzz): the pure floors, without a folder.
import { judgeInputs, type Notes } from "@stowage/test-kit";
import { Catalog } from "../../src/catalog/catalog.ts";
import { resolveConflicts } from "../../src/catalog/conflicts.ts";
import { CodecError } from "../../src/codec/codec-error.ts";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { type Broken, salvageFile } from "../../src/codec/salvage.ts";
import { planFile } from "../../src/records/piece-list.ts";
import { entryAt, newEntry, type RecordEntry } from "../../src/records/record-entry.ts";
import { load, type Reloaded, reload } from "../../src/records/reload.ts";

interface FileInput {
  readonly bytes: Uint8Array;
  readonly before: Uint8Array;
  readonly volatile: boolean;
}

/** A byte that is no UTF-8 is written as an escape, and read again as the character of that escape. */
const textsOf = (entries: readonly RecordEntry[]): string[] =>
  entries.map(({ container }) => encodeContainerText(container).replaceAll("\\ufffd", "\ufffd"));

/** Undefined when the file is refused; anything but a CodecError goes through. */
async function tried(notes: Notes, call: string, work: () => Reloaded): Promise<Reloaded | CodecError> {
  return await notes.measured(call, () => {
    try {
      return work();
    } catch (error) {
      if (error instanceof CodecError) return error;
      throw error;
    }
  });
}

/** The records that are whole, as `repair` keeps them. */
function salvaged(bytes: Buffer, volatile: boolean): { entries: RecordEntry[]; broken: Broken[] } {
  const entries: RecordEntry[] = [];
  const broken: Broken[] = [];
  let source = bytes;
  for (const part of salvageFile(bytes, volatile)) {
    if (part === undefined) continue;
    if ("record" in part) {
      const { container, canonical, start, end } = part.record;
      entries.push(entryAt(container, canonical, source, start, end));
    } else {
      broken.push(part.broken);
      source = source.subarray();
    }
  }
  return { entries, broken };
}

/** What is saved can be read, and is the same. */
async function assertSaves(
  notes: Notes,
  what: string,
  entries: readonly RecordEntry[],
  volatile: boolean,
): Promise<void> {
  const plan = await notes.measured(`plan ${what}`, () => planFile(entries));
  const saved = Buffer.concat(plan.pieces);
  if (saved.length !== plan.size)
    notes.violation(`${what}: planned ${plan.size} bytes, made ${saved.length}`);
  const again = await tried(notes, `load ${what} again`, () => load(saved, volatile));
  if (again instanceof CodecError)
    notes.violation(`${what}: what was saved cannot be read: ${again.message}`);
  else assertSame(notes, what, textsOf(again.entries), textsOf(entries));
}

function assertSame(
  notes: Notes,
  what: string,
  actual: readonly string[],
  expected: readonly string[],
): void {
  if (actual.length === expected.length && actual.every((text, at) => text === expected[at])) return;
  const at = expected.findIndex((text, position) => text !== actual[position]);
  notes.violation(
    `${what}: ${actual.length} records instead of ${expected.length}, record ${at + 1} is ` +
      `${actual[at]?.slice(0, 500)} instead of ${expected[at]?.slice(0, 500)}`,
  );
}

async function assertCatalog(
  notes: Notes,
  entries: readonly RecordEntry[],
  volatile: boolean,
): Promise<void> {
  let catalog = new Catalog<RecordEntry>([], newEntry);
  await notes.measured("catalog", () => {
    if (catalog.update(entries)) return;
    const [stable, others] = volatile ? [[], entries] : [entries, []];
    catalog = new Catalog(resolveConflicts(stable, others, newEntry).entries, newEntry);
  });
  await notes.measured("look up", () => {
    for (const { id, names } of catalog.list()) {
      if (catalog.byId(id)?.id !== id) notes.violation(`the catalog does not find the id ${id.slice(0, 80)}`);
      for (const name of names) {
        if (catalog.byName(name)?.id !== id)
          notes.violation(`the catalog does not find the name ${name.slice(0, 80)}`);
      }
    }
    catalog.find("../victim");
    catalog.candidates("a", 10);
  });
  if (entries.length > 0 && catalog.size === 0) notes.violation("records became an empty catalog");
  await assertSaves(notes, "the catalog's records", catalog.entries(), volatile);
}

judgeInputs(async (input: FileInput, notes) => {
  const bytes = Buffer.from(input.bytes);
  const { volatile } = input;
  const loaded = await tried(notes, "load", () => load(bytes, volatile));
  const found = await notes.measured("salvage", () => salvaged(bytes, volatile));
  if (loaded instanceof CodecError) {
    notes.count(found.entries.length > 0 ? "refused, records salvaged" : "refused");
    if (!(loaded.offset >= 0 && loaded.offset <= bytes.length))
      notes.violation(`wrong offset ${loaded.offset}`);
    const [first] = found.broken;
    if (first?.offset !== loaded.offset || first.reason !== loaded.reason)
      notes.violation(`load: ${loaded.message}; salvage: ${first?.reason} at ${first?.offset}`);
  } else {
    notes.count(loaded.entries.length > 0 ? "read" : "read, empty");
    if (found.broken.length > 0) notes.violation(`salvage: ${found.broken[0]?.reason} in a sound file`);
    assertSame(notes, "salvage", textsOf(found.entries), textsOf(loaded.entries));
    await assertCatalog(notes, loaded.entries, volatile);
  }
  await assertSaves(notes, "what was salvaged", found.entries, volatile);

  const old = await tried(notes, "load the old file", () => load(Buffer.from(input.before), volatile));
  const before = old instanceof CodecError ? [] : old.entries;
  const again = await tried(notes, "reload", () => reload(before, bytes, volatile));
  if (again instanceof CodecError || loaded instanceof CodecError) {
    if (again instanceof CodecError !== loaded instanceof CodecError)
      notes.violation("reading and reading again differ in whether the file is refused");
  } else assertSame(notes, "reload", textsOf(again.entries), textsOf(loaded.entries));
});
