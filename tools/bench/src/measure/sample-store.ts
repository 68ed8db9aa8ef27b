import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A record of the sample, and the text it has in the file. */
export interface SampleRecord {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

const hex = (seed: string): string => createHash("sha256").update(seed).digest("hex");

/** Records of about a kilobyte, as podman writes them; the same ones for the same numbers. */
export function sampleRecords(count: number, first = 0): SampleRecord[] {
  return Array.from({ length: count }, (_, offset) => sampleRecord(first + offset));
}

export function sampleRecord(number: number): SampleRecord {
  const id = `c${hex(`id ${number}`).slice(1)}`;
  const name = `container-${String(number).padStart(6, "0")}-${id.slice(1, 7)}`;
  const image = hex(`image ${number}`);
  const metadata = JSON.stringify({
    name,
    "image-id": image,
    "image-name": `registry.example.com/team/service-${number % 1000}:v${number % 50}`,
    "created-at": 1_735_689_600 + number,
    note: "-".repeat(80),
  });
  // The order of the members is that of Go's encoder, so that nobody has to write the record anew.
  const text = JSON.stringify({
    id,
    names: [name],
    image,
    layer: hex(`layer ${number}`),
    metadata,
    "big-data-names": ["config.json", "Runtime-State"],
    "big-data-sizes": { "Runtime-State": 38, "config.json": 137 },
    "big-data-digests": {
      "Runtime-State": `sha256:${hex(`state ${number}`)}`,
      "config.json": `sha256:${hex(`config ${number}`)}`,
    },
    created: new Date((1_735_689_600 + number) * 1000).toISOString().replace(".000Z", ".616138287Z"),
    flags: { MountLabel: "", ProcessLabel: "" },
  });
  return { id, name, text };
}

/** Writes a store of `count` containers, without files of big data; resolves to the size of its file. */
export function writeSampleStore(dir: string, count: number): number {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const text = `[${sampleRecords(count)
    .map((record) => record.text)
    .join(",")}]`;
  // A token, as every store has to which somebody wrote: without one the files themselves must be looked at.
  writeFileSync(path.join(dir, "containers.lock"), Buffer.alloc(64), { mode: 0o644 });
  writeFileSync(path.join(dir, "containers.json"), text, { mode: 0o600 });
  return Buffer.byteLength(text);
}
