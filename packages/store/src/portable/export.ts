import { createHash } from "node:crypto";
import type { Door } from "../persistence/door.ts";
import { HeldItems } from "../persistence/held-items.ts";
import type { ExportOptions, ExportResult, ExportTarget } from "../portable.ts";
import {
  CONTAINERS_FILE,
  dataFile,
  encodeManifestLine,
  FORMAT,
  HEADER_FILE,
  MANIFEST_FILE,
  type ManifestLine,
  VERSION,
} from "./archive-layout.ts";
import { counted } from "./counted.ts";
import { encodeLine } from "./lines.ts";
import { readSelection } from "./selection.ts";
import { completeSnapshot, findItems, type FoundSnapshot, type Snapshot } from "./snapshot.ts";
import { type TarFile, writeTar } from "./tar.ts";
import { assertTakesMore, send } from "./target.ts";

/**
 * Writes containers into an archive, as they were at one moment. Others may write
 * meanwhile: the items are held by second names. Only where there can be none (a
 * store that is read-only) the read lock is held to the end.
 */
export async function exportContainers(
  door: Door,
  target: ExportTarget,
  options: ExportOptions,
): Promise<ExportResult> {
  const { format = "tar", signal } = options;
  if (format !== "tar" && format !== "ndjson") {
    throw new TypeError(`format must be "tar" or "ndjson", not ${String(format)}`);
  }
  await assertTakesMore(target);
  const selection = await readSelection(options.filter);
  const wanted = { selection, signal };
  if (format === "ndjson") {
    const containers = await door.read(options, (catalog) => catalog.list().filter(selection(catalog)));
    const lines = function* (): Generator<Buffer> {
      for (const container of containers) yield Buffer.from(encodeLine(container));
    };
    await send(gathered(lines()), target, signal);
    return { containers: containers.length, bytes: 0, missing: [] };
  }
  const write = async (found: FoundSnapshot): Promise<ExportResult> =>
    await writeArchive(await completeSnapshot(found, signal), target, options);
  await using held = door.lock.readOnly ? undefined : await HeldItems.open(door.paths);
  if (held !== undefined) {
    const found = await door.read(options, (catalog) => findItems(door.paths, catalog, held, wanted));
    if (found !== "impossible") return await write(found);
  }
  return await door.read(options, async (catalog) => {
    const found = await findItems(door.paths, catalog, undefined, wanted);
    if (found === "impossible") throw new TypeError("items in their places need not be held");
    return await write(found);
  });
}

async function writeArchive(
  snapshot: Snapshot,
  target: ExportTarget,
  { signal, onProgress }: ExportOptions,
): Promise<ExportResult> {
  const { containers, missing } = snapshot;
  const totalBytes = containers.reduce(
    (sum, { items }) => items.reduce((all, { size }) => all + size, sum),
    0,
  );
  let bytes = 0;
  const manifest: ManifestLine[] = [];

  async function* files(): AsyncGenerator<TarFile> {
    const list = textFile(CONTAINERS_FILE, () => linesOf(snapshot));
    const { digest } = list.line;
    const header = { format: FORMAT, version: VERSION, containers: containers.length, digest };
    yield listed(
      textFile(HEADER_FILE, function* () {
        yield Buffer.from(`${JSON.stringify(header)}\n`);
      }),
    );
    yield listed(list);
    for (const [index, { items }] of containers.entries()) {
      for (const [position, item] of items.entries()) {
        const { size, digest } = item;
        const path = dataFile(index + 1, position + 1);
        manifest.push({ path, size, digest });
        const chunks = counted(await item.read(signal), (more) => {
          bytes += more;
          onProgress?.({ containers: index, bytes, totalContainers: containers.length, totalBytes });
        });
        yield { path, size, chunks };
        await item.drop();
      }
      onProgress?.({ containers: index + 1, bytes, totalContainers: containers.length, totalBytes });
    }
    const all = [...manifest];
    yield listed(
      textFile(MANIFEST_FILE, function* () {
        for (const line of all) yield Buffer.from(encodeManifestLine(line));
      }),
    );
  }

  function listed({ line, make }: TextFile): TarFile {
    manifest.push(line);
    return { path: line.path, size: line.size, chunks: gathered(make()) };
  }

  await send(writeTar(files()), target, signal);
  return { containers: containers.length, bytes, missing };
}

/** A file of text, which is made twice: once to know its size and digest, which stand before it. */
interface TextFile {
  readonly line: ManifestLine;
  readonly make: () => Iterable<Buffer>;
}

function textFile(path: string, make: () => Iterable<Buffer>): TextFile {
  const hash = createHash("sha256");
  let size = 0;
  for (const line of make()) {
    hash.update(line);
    size += line.length;
  }
  return { line: { path, size, digest: `sha256:${hash.digest("hex")}` }, make };
}

function* linesOf({ containers }: Snapshot): Generator<Buffer> {
  for (const [index, { container, items }] of containers.entries()) {
    const listed = items.map(({ key, size, digest }, position) => ({
      key,
      path: dataFile(index + 1, position + 1),
      size,
      digest,
    }));
    yield Buffer.from(encodeLine(container, listed));
  }
}

/** In bytes. */
const PIECE = 64 * 1024;

/** The same bytes in fewer pieces. */
async function* gathered(lines: Iterable<Buffer>): AsyncGenerator<Uint8Array> {
  let waiting: Buffer[] = [];
  let size = 0;
  for (const line of lines) {
    waiting.push(line);
    size += line.length;
    if (size < PIECE) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}
