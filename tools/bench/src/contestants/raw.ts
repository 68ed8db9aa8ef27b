import { createHash } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";

/**
 * The system calls that nobody can do without, one after the other and without a thread pool between: the floor that
 * everything else is held against.
 */

/** Writes a file beside the target, syncs it, renames it and syncs the folder; unsynced only writes and renames. */
export function replaceRaw(target: string, bytes: Uint8Array, sync: boolean): void {
  const temporary = `${target}.raw`;
  const fd = fs.openSync(temporary, "wx", 0o600);
  for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at, bytes.length - at);
  if (sync) fs.fdatasyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(temporary, target);
  if (sync) syncFolder(path.dirname(target));
}

function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, "r");
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

/** Reads a file into memory that was used before, so that no fresh page has to be made. */
export function readWarm(file: string, buffer: Buffer): number {
  const fd = fs.openSync(file, "r");
  let filled = 0;
  for (;;) {
    const count = fs.readSync(fd, buffer, filled, buffer.length - filled, filled);
    filled += count;
    if (count === 0 || filled === buffer.length) break;
  }
  fs.closeSync(fd);
  return filled;
}

/** Writes `size` bytes chunk by chunk, hashing each, and then does what `replaceRaw` does. */
export function writeAndHashRaw(target: string, chunk: Uint8Array, size: number): string {
  const temporary = `${target}.raw`;
  const fd = fs.openSync(temporary, "wx", 0o600);
  const hash = createHash("sha256");
  for (let at = 0; at < size; at += chunk.length) {
    hash.update(chunk);
    fs.writeSync(fd, chunk);
  }
  fs.fdatasyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(temporary, target);
  syncFolder(path.dirname(target));
  return hash.digest("hex");
}

/** Reads a file chunk by chunk into memory that is used again, hashing each. */
export function readAndHashRaw(file: string, chunk: Buffer): string {
  const hash = createHash("sha256");
  const fd = fs.openSync(file, "r");
  for (let count = 0; (count = fs.readSync(fd, chunk)) > 0;) hash.update(chunk.subarray(0, count));
  fs.closeSync(fd);
  return hash.digest("hex");
}

/** The digest of `size` bytes and nothing else. */
export function hashRaw(chunk: Uint8Array, size: number): string {
  const hash = createHash("sha256");
  for (let at = 0; at < size; at += chunk.length) hash.update(chunk);
  return hash.digest("hex");
}
