import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFile } from "../src/codec/decode-file.ts";
import { encodeContainerText } from "../src/codec/encode-container.ts";
import { openContainerStore } from "../src/index.ts";
import { library, list, type Patient, record, withPatient } from "./support/health.ts";

/** Something that happens to the bytes of a file; which of the old bytes it leaves as they were. */
interface Spoiled {
  readonly bytes: Buffer;
  readonly isIntact: (start: number, end: number) => boolean;
}

type Spoil = (bytes: Buffer) => Spoiled;

const outside = (from: number, to: number) => (start: number, end: number) => end <= from || start >= to;

/** Anywhere in the file; fast-check by itself prefers its ends. */
const place = fc.noBias(fc.nat({ max: 999_999 })).map((millionth) => millionth / 1_000_000);

const cut = place.map((at): Spoil => (bytes) => {
  const length = Math.floor(at * bytes.length);
  return { bytes: bytes.subarray(0, length), isIntact: (_, end) => end <= length };
});

const lost = fc.tuple(place, fc.nat({ max: 2_000 })).map(([at, length]): Spoil => (bytes) => {
  const from = Math.floor(at * bytes.length);
  const to = Math.min(bytes.length, from + length);
  return { bytes: Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]), isIntact: outside(from, to) };
});

const nuls = fc.tuple(place, fc.integer({ min: 1, max: 2_000 })).map(([at, length]): Spoil => (bytes) => {
  const from = Math.floor(at * bytes.length);
  const to = Math.min(bytes.length, from + length);
  return { bytes: Buffer.from(bytes).fill(0, from, to), isIntact: outside(from, to) };
});

const flipped = fc
  .array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 12 })
  .map((flips): Spoil => (bytes) => {
    const spoiled = Buffer.from(bytes);
    const places = flips.map(([at, mask]) => {
      const offset = Math.floor(at * bytes.length);
      spoiled[offset] = spoiled[offset]! ^ mask;
      return offset;
    });
    return {
      bytes: spoiled,
      isIntact: (start, end) => places.every((offset) => offset < start || offset >= end),
    };
  });

const inserted = fc
  .tuple(
    place,
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.constantFrom("[", "]", "{", "}", '"', ",", "null", "[]"),
    ),
  )
  .map(([at, what]): Spoil => (bytes) => {
    const offset = Math.floor(at * bytes.length);
    return {
      bytes: Buffer.concat([bytes.subarray(0, offset), Buffer.from(what), bytes.subarray(offset)]),
      isIntact: (start, end) => offset <= start || offset >= end,
    };
  });

const doubled = fc.tuple(place, place).map(([a, b]): Spoil => (bytes) => {
  // The end of another version of the file stands behind it, as after a write that was not cut.
  const from = Math.floor(Math.min(a, b) * bytes.length);
  return { bytes: Buffer.concat([bytes, bytes.subarray(from)]), isIntact: () => true };
});

const spoil = fc.oneof(cut, lost, nuls, flipped, inserted, doubled);

const containers = fc.array(
  fc.record({
    id: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex")),
    metadata: fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constant('{"a":{"id":"x","layer":"y"}}'),
    ),
    flags: fc.constantFrom(
      undefined,
      { Volatile: true },
      { MountOpts: ["a", "b"], nested: { id: "n", created: "t" } },
    ),
  }),
  { minLength: 1, maxLength: 20 },
);

/** A file with these containers; each has a name that no other has, nor could get by a flipped bit or two. */
function fileOf(all: readonly { id: string; metadata: string; flags: object | undefined }[]): Buffer {
  const texts = all.map(({ id, metadata, flags }) => {
    const text = record(id, { names: [`name-of-${id}`], layer: `layer-of-${id}`, metadata });
    return flags === undefined ? text : `${text.slice(0, -1)},"flags":${JSON.stringify(flags)}}`;
  });
  // As the library would write it.
  const decoded = decodeFile(Buffer.from(list(...texts)), false);
  return Buffer.from(list(...decoded.map(({ container }) => encodeContainerText(container))));
}

const tried = { inputs: 0, damaged: 0, records: 0, intact: 0, library: 0 };

async function assertRepaired(
  patient: Patient,
  name: "containers.json" | "volatile-containers.json",
  sound: Buffer,
  { bytes, isIntact }: Spoiled,
): Promise<void> {
  const file = patient.at(name);
  await writeFile(file, bytes, { mode: 0o600 });
  await using store = await patient.open();
  await store.check();
  const results = [await store.repair()];
  const isLost = results[0]?.steps.some(({ finding }) => finding.code === "CHECK_FILE_LOST");
  if (isLost === true) results.push(await store.repair({ codes: ["CHECK_FILE_LOST"] }));
  const backups = results.flatMap((result) => result.backups);
  // The original is there, byte for byte: as it was, or as the first copy of it.
  const original = backups.find((backup) => path.basename(backup).startsWith(name)) ?? file;
  expect(await readFile(original)).toEqual(bytes);
  // Whoever opens the store now can, and finds every record that was intact, just as it was.
  await using fresh = await openContainerStore({ dir: patient.dir });
  const left = new Set((await fresh.list()).map((container) => encodeContainerText(container)));
  const records = decodeFile(sound, false);
  for (const { container, start, end } of records) {
    if (!isIntact(start, end)) continue;
    expect(left).toContain(encodeContainerText(container));
    tried.intact += 1;
  }
  expect((await fresh.check()).filter(({ severity }) => severity === "damage")).toEqual([]);
  tried.inputs += 1;
  tried.records += records.length;
  if (backups.length > 0) tried.damaged += 1;
  if (tried.inputs % 10 === 0) {
    const ids = await patient.idsOfLibrary();
    if (ids !== undefined) {
      // Bytes that are no UTF-8 come out of the library as U+FFFD.
      expect(ids).toEqual((await fresh.list()).map(({ id }) => id.toWellFormed()));
      tried.library += 1;
    }
  }
  for (const backup of backups) await rm(backup);
}

describe("repair of whatever has happened to a file", () => {
  it.each(["containers.json", "volatile-containers.json"] as const)(
    "keeps the original of %s and every intact record of it",
    async (name) => {
      await withPatient(async (patient) => {
        await (await patient.open()).close();
        await fc.assert(
          fc.asyncProperty(containers, spoil, async (all, happens) => {
            for (const each of ["containers.json", "volatile-containers.json", "containers.lock"]) {
              await rm(patient.at(each), { force: true });
            }
            // A token says that there were writes.
            await writeFile(patient.at("containers.lock"), Buffer.alloc(64, 1), { mode: 0o644 });
            const sound = fileOf(all);
            await assertRepaired(patient, name, sound, happens(sound));
          }),
          { numRuns: Number(process.env["STOWAGE_REPAIR_RUNS"] ?? 200), endOnFailure: true },
        );
      });
      const { inputs, damaged, records, intact } = tried;
      console.log(
        `repair: ${inputs} spoiled files, ${damaged} of them mended, ${intact} intact records of ${records} kept, ` +
          (library.found === undefined ? library.reason : `${tried.library} results read by the library`),
      );
    },
  );
});
