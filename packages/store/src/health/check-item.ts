import type { Stats } from "node:fs";
import type { Container } from "../model/container.ts";
import type { Finding } from "../options.ts";
import { isOutOfFiles, isRefused, reasonOf } from "../persistence/failures.ts";
import { lookAt, type Opened, openCarefully } from "../persistence/look.ts";
import { measureFile } from "../persistence/measure.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { checkMode } from "./check-modes.ts";
import { type FindingCode, finding, quoted } from "./findings.ts";

/** An item as it stood at one moment: what its record says, and its file, opened. */
export interface OpenedItem {
  readonly container: Container;
  readonly key: string;
  readonly path: string;
  readonly opened: Opened;
}

/** The keys of a container whose items can have a file. */
export function keysOf(paths: StorePaths, container: Container): string[] {
  if (paths.dataFolder(container.id) === undefined) return [];
  return [...new Set(container.bigDataNames)].filter((key) => paths.hasDataFile(container.id, key));
}

/**
 * Opens an item. Whoever holds the lock meanwhile has a file that fits the
 * record: an item is replaced by another file, never changed. The caller hands
 * the result to `checkItem` or `closeItem`.
 */
export function openItemOf(paths: StorePaths, container: Container, key: string): OpenedItem {
  const { folders, file } = paths.dataFile(container.id, key, false);
  // Its own folder is looked at once for all items: see `checkFolder`.
  return { container, key, path: file, opened: openCarefully(folders, file) };
}

/** Idempotent. */
export function closeItem({ opened }: OpenedItem): void {
  if ("file" in opened) opened.file.close();
}

/** How an item is looked at. */
export interface Looking {
  /** Whether to compare digests, too. */
  readonly data: boolean;
  readonly signal: AbortSignal | undefined;
  /** Told how many bytes of a large item were read so far. */
  readonly onRead?: (bytes: number) => void;
}

/** What is wrong with an item; closes it. */
export async function checkItem(item: OpenedItem, { data, signal, onRead }: Looking): Promise<Finding[]> {
  const { container, key, path, opened } = item;
  const found = (code: FindingCode, what: string): Finding =>
    finding(code, `item ${quoted(key)} of container ${quoted(container.id)} ${what}`, {
      path,
      id: container.id,
      key,
    });
  if (!("file" in opened)) {
    switch (opened.problem) {
      case "missing":
        return [found("CHECK_BIG_DATA_MISSING", "is missing")];
      case "link":
        return [found("CHECK_LINK", `is, or lies behind, a symbolic link: ${path}`)];
      case "no file":
      case "no folder":
        return [found("CHECK_WRONG_KIND", `has something else in its place: ${path}`)];
      case "unreadable":
        if (isOutOfFiles(opened.error)) throw opened.error;
        return [
          ...modesOf(item, statsOf(path)),
          found("CHECK_BIG_DATA_UNREADABLE", `cannot be opened: ${String(opened.error)}`),
        ];
    }
  }
  try {
    const findings = modesOf(item, opened.file.stats);
    const size = container.bigDataSizes.get(key);
    const digest = container.bigDataDigests.get(key);
    if (size !== undefined && BigInt(size) !== BigInt(opened.file.stats.size)) {
      findings.push(
        found("CHECK_BIG_DATA_RESIZED", `has ${opened.file.stats.size} bytes, recorded are ${size}`),
      );
    } else if (data && digest !== undefined) {
      const actual = (await measureFile(opened.file, signal, onRead)).digest;
      if (actual !== digest) {
        findings.push(
          found("CHECK_BIG_DATA_ALTERED", `has the digest ${actual}, recorded is ${quoted(digest)}`),
        );
      }
    }
    if (size === undefined || digest === undefined) {
      const what = [...(size === undefined ? ["size"] : []), ...(digest === undefined ? ["digest"] : [])];
      findings.push(found("CHECK_BIG_DATA_UNMEASURED", `has no ${what.join(" and no ")} recorded`));
    }
    return findings;
  } catch (error) {
    signal?.throwIfAborted();
    if (isOutOfFiles(error)) throw error;
    return [found("CHECK_BIG_DATA_UNREADABLE", `cannot be read: ${reasonOf(error)}`)];
  } finally {
    closeItem(item);
  }
}

function modesOf({ container, key, path }: OpenedItem, stats: Stats | undefined): Finding[] {
  if (stats?.isFile() !== true) return [];
  return checkMode(path, stats, "file").map((mode) => ({ ...mode, id: container.id, key }));
}

/** Undefined also where not even that may be asked. */
function statsOf(path: string): Stats | undefined {
  try {
    return lookAt(path);
  } catch (error) {
    if (!isRefused(error)) throw error;
    return undefined;
  }
}
