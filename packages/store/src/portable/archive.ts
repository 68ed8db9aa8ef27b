import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
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
import { decodeLine, linesOf, type ListedContainer, type ListedItem } from "./lines.ts";
import { damaged, readTar, type TarFile } from "./tar.ts";

/** The header is one short line. In bytes. */
const LARGEST_HEADER = 64 * 1024;

/** An item as it comes out of an archive. */
export interface ArchivedItem extends ListedItem {
  /** Fails at its end when the bytes are not those listed. Must be read to its end before the next is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Reads an archive from its beginning to its end, once. It trusts nothing: every
 * file must be where and what the list at the beginning says, and the manifest at
 * the end must agree.
 */
export class Archive {
  readonly containers: readonly ListedContainer[];
  /** False for lines, which are records only. */
  readonly hasData: boolean;
  readonly #files: AsyncGenerator<TarFile, void, undefined>;
  readonly #manifest: ManifestLine[];

  private constructor(
    containers: readonly ListedContainer[],
    files: AsyncGenerator<TarFile, void, undefined>,
    manifest: ManifestLine[],
  ) {
    this.containers = containers;
    this.#files = files;
    this.#manifest = manifest;
    this.hasData = manifest.length > 0;
  }

  /** Reads the list of containers. @throws StowageError ERR_ARCHIVE_DAMAGED */
  static async open(source: Readable): Promise<Archive> {
    const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    const first = await chunks.next();
    const from = (async function* (): AsyncGenerator<Uint8Array> {
      if (first.done === true) return;
      yield bytes(first.value);
      for (;;) {
        const next = await chunks.next();
        if (next.done === true) return;
        yield bytes(next.value);
      }
    })();
    // Records only, one in each line, begin with a brace; the name of an archive's first file does not.
    const isLines = first.done !== true && bytes(first.value)[0] === 0x7b;
    if (isLines) return new Archive(await containersOf(from, false), nothing(), []);
    const files = readTar(from);
    try {
      const manifest: ManifestLine[] = [];
      const header = await next(files, HEADER_FILE);
      const { count, digest } = await readHeader(seen(header, manifest), header.size);
      const list = await next(files, CONTAINERS_FILE);
      const containers = await containersOf(seen(list, manifest, digest), true);
      if (containers.length !== count)
        throw damaged(`it lists ${containers.length} containers, and says ${count}`);
      return new Archive(containers, files, manifest);
    } catch (error) {
      await files.return();
      throw error;
    }
  }

  /** The items of the container at this place in the list; to be asked for in order, and all of them. */
  async *items(index: number): AsyncGenerator<ArchivedItem, void, undefined> {
    for (const item of this.containers[index]?.items ?? []) {
      const file = await next(this.#files, item.path);
      if (file.size !== item.size)
        throw damaged(`${item.path} has ${file.size} bytes, not ${item.size}`, item.path);
      yield { ...item, chunks: seen(file, this.#manifest, item.digest) };
    }
  }

  /** Reads what comes after the last item: the archive is whole, or this throws. */
  async end(): Promise<void> {
    if (!this.hasData) return;
    const file = await next(this.#files, MANIFEST_FILE);
    let at = 0;
    for await (const line of linesOf(file.chunks)) {
      const expected = this.#manifest[at];
      if (expected === undefined || `${line.toString()}\n` !== encodeManifestLine(expected)) {
        throw damaged(`its manifest does not agree in line ${at + 1}`, MANIFEST_FILE);
      }
      at += 1;
    }
    if (at !== this.#manifest.length) throw damaged("its manifest is not whole", MANIFEST_FILE);
    const more = await this.#files.next();
    if (more.done !== true) throw damaged(`it has more than it lists: ${more.value.path}`, more.value.path);
  }

  async close(): Promise<void> {
    await this.#files.return();
  }
}

function bytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk);
  throw new TypeError("an archive is bytes: a source must give Uint8Arrays");
}

async function* nothing(): AsyncGenerator<TarFile, void, undefined> {
  yield* [];
}

async function next(files: AsyncGenerator<TarFile, void, undefined>, path: string): Promise<TarFile> {
  const { done, value } = await files.next();
  if (done === true) throw damaged(`it ends before ${path}`, path);
  if (value.path !== path)
    throw damaged(`${JSON.stringify(value.path)} is where ${path} should be`, value.path);
  return value;
}

/** The chunks of a file, noted for the manifest. */
async function* seen(
  { path, size, chunks }: TarFile,
  manifest: ManifestLine[],
  expected?: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  const digest = `sha256:${hash.digest("hex")}`;
  if (expected !== undefined && digest !== expected) {
    throw damaged(`${path} is ${digest}, and ${expected} is listed`, path);
  }
  manifest.push({ path, size, digest });
}

/** What the header says of the list: how many containers it has, and the digest of it, where it says one. */
async function readHeader(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): Promise<{ readonly count: number; readonly digest: string | undefined }> {
  if (size > LARGEST_HEADER) throw damaged(`${HEADER_FILE} has ${size} bytes`, HEADER_FILE);
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  let header: { format?: unknown; version?: unknown; containers?: unknown; digest?: unknown } | null;
  try {
    header = JSON.parse(Buffer.concat(all).toString()) as typeof header;
  } catch (error) {
    throw damaged(`${HEADER_FILE} is no JSON`, HEADER_FILE, error);
  }
  if (header?.format !== FORMAT || header.version !== VERSION || typeof header.containers !== "number") {
    throw damaged(
      `${HEADER_FILE} is not that of version ${VERSION}; a later version of this program may read it`,
      HEADER_FILE,
    );
  }
  const { containers: count, digest } = header;
  if (digest !== undefined && typeof digest !== "string") {
    throw damaged(`${HEADER_FILE} has a digest that is no text`, HEADER_FILE);
  }
  return { count, digest };
}

async function containersOf(chunks: AsyncIterable<Uint8Array>, hasData: boolean): Promise<ListedContainer[]> {
  const containers: ListedContainer[] = [];
  for await (const line of linesOf(chunks)) {
    const listed = decodeLine(line, containers.length + 1);
    for (const [position, item] of listed.items.entries()) {
      const isRight =
        hasData && item.path === dataFile(containers.length + 1, position + 1) && isListedRight(listed, item);
      if (!isRight)
        throw damaged(`line ${containers.length + 1} does not agree with itself about ${item.path}`);
    }
    if (new Set(listed.items.map(({ key }) => key)).size !== listed.items.length) {
      throw damaged(`line ${containers.length + 1} lists an item twice`);
    }
    containers.push(listed);
  }
  return containers;
}

/** What the record says of an item must be what the list says. */
function isListedRight({ container }: ListedContainer, { key, size, digest }: ListedItem): boolean {
  const recorded = container.bigDataDigests.get(key);
  return (
    container.bigDataNames.includes(key) &&
    (container.bigDataSizes.get(key) ?? size) === size &&
    (recorded === undefined || recorded === digest || !/^sha256:[0-9a-f]{64}$/.test(recorded))
  );
}
