import { link, mkdir, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { type ContainerStore, openContainerStore, StowageError } from "@stowage/store";
import type { Inode, Recording, Remains } from "./disk.ts";
import { digestOf } from "./plan.ts";

/** What the library finds in a store after a loss of power. */
export interface Observation {
  readonly containers: ReadonlyMap<string, ObservedContainer>;
  /** The volatile file was cut off or full of zeros: the store had to be repaired before it could be opened. */
  readonly repaired: boolean;
}

export interface ObservedContainer {
  readonly names: readonly string[];
  readonly metadata: string;
  /** As recorded. */
  readonly digests: ReadonlyMap<string, string>;
  /** As the bytes are; undefined where an item is missing. */
  readonly contents: ReadonlyMap<string, string | undefined>;
}

export interface StorePlace {
  readonly dir: string;
  readonly runDir: string | undefined;
  readonly transient: boolean;
}

const JOURNAL = ".stowage-commit.json";

/**
 * Lays out what remains below `root`, as it is found an hour later: that is when a dead holder's lock is stale. A
 * journal tells files apart by what a real file system keeps of them, so it is told what they have here.
 */
export async function layOutRemains(
  root: string,
  remains: Remains,
  identities: Recording["identities"],
): Promise<void> {
  for (const folder of remains.folders) await mkdir(path.join(root, folder), { mode: 0o700 });
  const laidOut = new Map<Inode, string>();
  for (const [place, bytes] of remains.files) {
    if (path.basename(place) === JOURNAL) continue;
    const inode = remains.inodes.get(place)!;
    const same = laidOut.get(inode);
    if (same !== undefined) await link(path.join(root, same), path.join(root, place));
    else await writeFile(path.join(root, place), bytes, { mode: place.endsWith(".lock") ? 0o644 : 0o600 });
    laidOut.set(inode, same ?? place);
  }
  // Before the journal: what lies in a lease is in it, with its time.
  const then = new Date(Date.now() - 3_600_000);
  for (const place of [...remains.files.keys(), ...remains.folders]) {
    if (place.includes(".portable")) await utimes(path.join(root, place), then, then);
  }
  for (const [place, bytes] of remains.files) {
    if (path.basename(place) !== JOURNAL) continue;
    let text = bytes.toString("latin1");
    for (const [identity, inode] of identities) {
      const at = laidOut.get(inode);
      if (at === undefined || !text.includes(identity)) continue;
      const { ino, size, mtimeNs } = await stat(path.join(root, at), { bigint: true });
      // A content that was not synced has another length, or came later.
      if (String(size) === identity.split(":")[1])
        text = text.replaceAll(identity, `${ino}:${size}:${mtimeNs}`);
    }
    await writeFile(path.join(root, place), text, { encoding: "latin1", mode: 0o600 });
  }
}

/**
 * Opens a store as it was left, reads all that is in it, and sees that it takes another change. Throws for a store that
 * cannot be opened, unless it is the volatile file that is damaged: then it is repaired first.
 */
export async function observe(place: StorePlace): Promise<Observation> {
  const volatileFile = path.join(
    place.transient ? (place.runDir ?? "") : place.dir,
    "volatile-containers.json",
  );
  let repaired = false;
  try {
    await (await openContainerStore(place)).close();
  } catch (error) {
    if (!(error instanceof StowageError) || error.code !== "ERR_STORE_DAMAGED") throw error;
    if (error.details.path !== volatileFile) throw error;
    await using damaged = await openContainerStore({ ...place, acceptDamage: true });
    await damaged.repair({
      codes: ["CHECK_FILE_UNREADABLE", "CHECK_FILE_UNSEARCHED", "CHECK_FILE_LOST"],
      data: false,
    });
    repaired = true;
  }
  await using store = await openContainerStore(place);
  const containers = new Map<string, ObservedContainer>();
  for (const { id, names, metadata, bigDataNames, bigDataDigests } of await store.list()) {
    const contents = new Map<string, string | undefined>();
    for (const key of bigDataNames) contents.set(key, await contentDigest(store, id, key));
    containers.set(id, { names, metadata, digests: bigDataDigests, contents });
  }
  await store.create({ id: "afterwards" });
  await using again = await openContainerStore(place);
  const ids = (await again.list()).map(({ id }) => id);
  if (ids.length !== containers.size + 1 || !ids.includes("afterwards")) {
    throw new Error(`after one more change there is: ${ids.join(", ")}`);
  }
  return { containers, repaired };
}

async function contentDigest(store: ContainerStore, id: string, key: string): Promise<string | undefined> {
  try {
    return digestOf(await store.bigData(id, key));
  } catch (error) {
    if (error instanceof StowageError && error.code === "ERR_BIG_DATA_NOT_FOUND") return undefined;
    throw error;
  }
}
