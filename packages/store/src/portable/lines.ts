import { CodecError } from "../codec/codec-error.ts";
import { decodeContainer } from "../codec/decode-container.ts";
import { encodeContainerText } from "../codec/encode-container.ts";
import { JsonReader } from "../codec/json-reader.ts";
import { readRaw } from "../codec/json-values.ts";
import type { Container } from "../model/container.ts";
import { damaged } from "./tar.ts";

/** An item as an archive lists it. */
export interface ListedItem {
  readonly key: string;
  /** Of the file in the archive. */
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

/** A container as an archive lists it. */
export interface ListedContainer {
  readonly container: Container;
  readonly items: readonly ListedItem[];
}

/** No record is longer; one that claims more is not taken into memory. In bytes. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * The line of a container: `{"volatile":…,"items":[…],"record":{…}}`. The record
 * stands there just as in a store. Where it has line breaks, in members that are
 * not ours, it is a string, `recordText`, instead.
 */
export function encodeLine(container: Container, items?: readonly ListedItem[]): string {
  const listed = items === undefined ? "" : `,"items":${JSON.stringify(items)}`;
  const record = encodeContainerText(container);
  const member = /[\n\r]/.test(record) ? `"recordText":${JSON.stringify(record)}` : `"record":${record}`;
  return `{"volatile":${container.volatile}${listed},${member}}\n`;
}

/** @throws StowageError ERR_ARCHIVE_DAMAGED */
export function decodeLine(line: Buffer, number: number): ListedContainer {
  try {
    const members = membersOf(line);
    const isVolatile = members.get("volatile")?.toString() === "true";
    const text = members.get("recordText");
    const record =
      text === undefined ? members.get("record") : Buffer.from(String(JSON.parse(text.toString())));
    if (record === undefined) throw damaged(`line ${number} has no record`);
    const { container } = decodeContainer(record, 0, record.length, isVolatile);
    const items = itemsOf(members.get("items"));
    if (items === undefined) throw damaged(`line ${number} lists items that are none`);
    return { container, items };
  } catch (error) {
    if (!(error instanceof CodecError) && !(error instanceof SyntaxError)) throw error;
    throw damaged(`line ${number} is no record (${error.message})`, undefined, error);
  }
}

/** The members of an object, as they stand. Numbers must not become floats on the way. */
function membersOf(line: Buffer): Map<string, Buffer> {
  const reader = new JsonReader(line, 0, line.length);
  const members = new Map<string, Buffer>();
  reader.expect(0x7b);
  do {
    const key = reader.key();
    reader.peek();
    const start = reader.at;
    readRaw(reader, 0);
    members.set(key, line.subarray(start, reader.at));
  } while (reader.take(0x2c));
  reader.expect(0x7d);
  if (reader.peek() >= 0) reader.fail("something stands behind the record");
  return members;
}

function itemsOf(json: Buffer | undefined): ListedItem[] | undefined {
  const list: unknown = json === undefined ? [] : JSON.parse(json.toString());
  return Array.isArray(list) && list.every(isItem) ? list : undefined;
}

function isItem(value: unknown): value is ListedItem {
  if (typeof value !== "object" || value === null) return false;
  const { key, path, size, digest } = value as Partial<Record<keyof ListedItem, unknown>>;
  return (
    typeof key === "string" &&
    key !== "" &&
    typeof path === "string" &&
    Number.isSafeInteger(size) &&
    (size as number) >= 0 &&
    typeof digest === "string" &&
    /^sha256:[0-9a-f]{64}$/.test(digest)
  );
}

/** Lines of bytes, without their ends; empty ones are left out. @throws StowageError ERR_ARCHIVE_DAMAGED for one that is too long */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  let begun: Uint8Array[] = [];
  let length = 0;
  const add = (part: Uint8Array): void => {
    begun.push(part);
    length += part.length;
    if (length > LONGEST_LINE) throw damaged(`a line is longer than ${LONGEST_LINE} bytes`);
  };
  const take = (): Buffer => {
    const line = Buffer.concat(begun);
    begun = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      if (length > 0) yield take();
    }
    // Only what is kept is copied: the chunk is not ours.
    if (start < chunk.length) add(Buffer.from(chunk.subarray(start)));
  }
  if (length > 0) yield take();
}
