import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeContainerText } from "../src/index.ts";
import { makeContainer } from "../src/model/containers.ts";

const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../schema/${name}.json`, import.meta.url), "utf8")) as object;

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
const isRecord = ajv.compile(schema("container"));
const isFile = ajv.compile(schema("containers"));

/** Everything in a document that stands where a text of records does. */
function recordTexts(value: unknown, found: string[] = []): string[] {
  if (typeof value === "string") {
    if (value.startsWith('[{"id":')) found.push(value);
  } else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) recordTexts(member, found);
  }
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

describe("the schema of the record", () => {
  it("takes what the real library wrote", async () => {
    const folder = path.join(repositoryRoot, "tools/fixtures/golden");
    let files = 0;
    for (const name of await readdir(folder)) {
      // The odd ones begin from files that no program wrote.
      if (!name.endsWith(".json") || name.startsWith("odd-")) continue;
      const golden = JSON.parse(await readFile(path.join(folder, name), "utf8")) as unknown;
      for (const text of recordTexts(golden)) {
        // The golden files have a star where the moment of their making stood.
        const written = text.replaceAll('"created":"*"', '"created":"2024-01-01T00:00:00.123456789Z"');
        const document = parsed(written);
        // Some fixtures begin from a file that no program wrote.
        if (document === undefined) continue;
        files += 1;
        expect(isFile(document), `${name}: ${ajv.errorsText(isFile.errors)}`).toBe(true);
      }
    }
    expect(files).toBeGreaterThan(50);
  });

  it("takes whatever the library can write", () => {
    const int64 = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }).map(Number);
    const mapping = fc.record({ containerId: int64, hostId: int64, size: int64 });
    const text = fc.string({ unit: "grapheme" });
    const record = fc.record({
      id: text,
      created: fc.constantFrom(
        "2024-02-29T23:59:59.123456789Z",
        "0001-01-01T00:00:00Z",
        "2026-01-01T00:00:00+05:30",
      ),
      names: fc.array(text),
      image: text,
      layer: text,
      metadata: text,
      bigDataNames: fc.array(text),
      bigDataSizes: fc.array(fc.tuple(text, int64)).map((entries) => new Map(entries)),
      bigDataDigests: fc.array(fc.tuple(text, text)).map((entries) => new Map(entries)),
      uidMap: fc.array(mapping),
      gidMap: fc.array(mapping),
      flags: fc
        .array(fc.tuple(text, fc.oneof(text, fc.boolean(), fc.integer(), fc.constant(null))))
        .map((e) => new Map(e)),
    });
    fc.assert(
      fc.property(record, (fields) => {
        const written = encodeContainerText(makeContainer(fields));
        expect(isRecord(JSON.parse(written)), `${written}: ${ajv.errorsText(isRecord.errors)}`).toBe(true);
      }),
    );
  });

  it.each([
    ["no id", { id: undefined }],
    ["a number for an id", { id: 1 }],
    ["a name for names", { names: "web" }],
    ["no created", { created: undefined }],
    ["a day for created", { created: "2024-01-01" }],
    ["half a byte", { "big-data-sizes": { key: 1.5 } }],
    ["a text for a size", { "big-data-sizes": { key: "1" } }],
    ["half a mapping", { uidmap: [{ container_id: 0, host_id: 1 }] }],
    ["a list of flags", { flags: ["a"] }],
  ])("refuses %s", (_what, harm) => {
    const sound = { id: "a", image: "", layer: "", created: "2024-01-01T00:00:00Z" };
    expect(isRecord(sound)).toBe(true);
    expect(isRecord(JSON.parse(JSON.stringify({ ...sound, ...harm })))).toBe(false);
    expect(isFile(sound)).toBe(false);
  });
});
