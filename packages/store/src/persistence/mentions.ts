import { read } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { leftoverKind } from "../model/leftovers.ts";
import { asStowageError } from "./failures.ts";
import { entriesOf, type OpenFile, openCarefully } from "./look.ts";
import type { Pace } from "./pace.ts";
import type { StorePaths } from "./paths.ts";

/** How much of a file is looked through at once, in bytes: copies pile up, and each may be of any size. */
const CHUNK = 1 << 20;
const ID_LENGTH = 64;
const LONG_ENOUGH = /[0-9a-f]{64,}/g;

/** How many places of a chunk are looked at before the time is. */
const STEP = 4096;

/**
 * Which of these ids stand in what may speak of a container without being one of
 * the records, and in which file: the copies that were kept of files of records, of both modes,
 * and these files themselves, since not everything in them need be read by anybody.
 *
 * @param ids of 64 lower-case hex digits each
 * @throws StowageError where one of the files cannot be read: it may speak of any of them
 */
export async function mentionsOf(
  paths: StorePaths,
  ids: ReadonlySet<string>,
  pace: Pace,
): Promise<Map<string, string>> {
  const mentions = new Map<string, string>();
  if (ids.size === 0) return mentions;
  for (const place of placesOf(paths)) {
    const opened = openCarefully([], place);
    if (!("file" in opened)) {
      if (opened.problem === "unreadable") throw asStowageError(opened.error, place);
      // Nothing, or something that was never a copy.
      continue;
    }
    try {
      for await (const id of idsIn(opened.file, ids, pace)) if (!mentions.has(id)) mentions.set(id, place);
    } catch (error) {
      throw asStowageError(error, place);
    } finally {
      opened.file.close();
    }
  }
  return mentions;
}

function placesOf({ dir, stableFile, volatileFile, otherMode }: StorePaths): string[] {
  const places = [stableFile, volatileFile];
  if (otherMode !== undefined) places.push(otherMode.volatileFile);
  const folders = new Set([dir, ...places.map((place) => path.dirname(place))]);
  for (const folder of folders) {
    for (const { name } of entriesOf(folder)) {
      if (leftoverKind(name) === "backup") places.push(path.join(folder, name));
    }
  }
  return places;
}

async function* idsIn({ fd }: OpenFile, ids: ReadonlySet<string>, pace: Pace): AsyncGenerator<string> {
  // An id may lie across the end of a chunk: so many bytes are looked at again with the next.
  const overlap = ID_LENGTH - 1;
  const buffer = Buffer.allocUnsafe(overlap + CHUNK);
  let kept = 0;
  for (let position = 0; ;) {
    const { bytesRead } = await promisify(read)(fd, buffer, kept, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    const end = kept + bytesRead;
    for (const [digits] of buffer.toString("latin1", 0, end).matchAll(LONG_ENOUGH)) {
      for (let at = 0; at + ID_LENGTH <= digits.length; at += 1) {
        const id = digits.slice(at, at + ID_LENGTH);
        if (ids.has(id)) yield id;
        if (at % STEP === 0 && pace.isOver) await pace.rest();
      }
    }
    if (pace.isOver) await pace.rest();
    kept = Math.min(overlap, end);
    buffer.copyWithin(0, end - kept, end);
  }
}
