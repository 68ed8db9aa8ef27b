import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import type { ContainerStore, ExportOptions, ExportResult } from "../../src/index.ts";
import { type TarFile, writeTar } from "../../src/portable/tar.ts";

/** What an export writes. */
export async function exported(
  store: ContainerStore,
  options?: ExportOptions,
): Promise<{ readonly bytes: Buffer; readonly result: ExportResult }> {
  const chunks: Buffer[] = [];
  const target = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const result = await store.export(target, options);
  return { bytes: Buffer.concat(chunks), result };
}

/** All that a store says and keeps of its containers. */
export async function contentsOf(store: ContainerStore): Promise<string[]> {
  const all: string[] = [];
  for (const container of await store.list()) {
    all.push(`${container.volatile} ${encodeContainerText(container)}`);
    for (const key of container.bigDataNames) {
      const data = await store.bigData(container.id, key);
      all.push(`${container.id} ${key} ${data.length} ${createHash("sha256").update(data).digest("hex")}`);
    }
  }
  return all.sort();
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** An archive of these files, with a manifest that agrees; anything may be in it. */
export async function archiveOf(
  files: readonly (readonly [path: string, content: string])[],
): Promise<Buffer> {
  const all = files.map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  const manifest = all
    .map(({ path, bytes }) => `${JSON.stringify({ path, size: bytes.length, digest: digestOf(bytes) })}\n`)
    .join("");
  all.push({ path: "manifest.ndjson", bytes: Buffer.from(manifest) });
  return await tarOf(all);
}

export async function tarOf(
  files: readonly { readonly path: string; readonly bytes: Buffer }[],
): Promise<Buffer> {
  async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  }
  async function* entries(): AsyncGenerator<TarFile> {
    for (const { path, bytes } of files) {
      yield await Promise.resolve({ path, size: bytes.length, chunks: chunks(bytes) });
    }
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of writeTar(entries())) pieces.push(piece);
  return Buffer.concat(pieces);
}

export const headerOf = (containers: number): readonly [string, string] => [
  "stowage-export.json",
  `{"format":"stowage-export","version":1,"containers":${containers}}`,
];

/** The line of a container with one item of this content, as an honest archive has it. */
export function lineOf(id: string, content: string, overrides: Record<string, unknown> = {}): string {
  const digest = digestOf(Buffer.from(content));
  const size = Buffer.byteLength(content);
  const item = { key: "k", path: "data/1/1", size, digest, ...overrides };
  return `${JSON.stringify({
    volatile: false,
    items: [item],
    record: {
      id,
      image: "",
      layer: "",
      "big-data-names": [item.key],
      "big-data-sizes": { [item.key]: size },
      "big-data-digests": { [item.key]: digest },
      created: "2026-01-02T03:04:05Z",
    },
  })}\n`;
}
