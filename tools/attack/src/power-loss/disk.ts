/** A thing on the modelled disk: a number that stays the same through renames. */
export type Inode = number;

/** A place in a folder. */
export interface Entry {
  readonly folder: Inode;
  readonly name: string;
  /** See `isPassing`. */
  readonly passing: boolean;
}

/** What a system call did to the disk's memory; how much of it would survive is another matter. */
export type Change =
  | { readonly kind: "write"; readonly inode: Inode; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly inode: Inode; readonly size: number }
  | { readonly kind: "put"; readonly to: Entry; readonly inode: Inode }
  | { readonly kind: "remove"; readonly from: Entry }
  | { readonly kind: "move"; readonly from: Entry; readonly to: Entry; readonly inode: Inode };

/** One step of a recording, in order. */
export type Step = { readonly start: number; readonly end: number } & (
  | { readonly change: Change }
  /** Everything that was done to the inode, and had ended when this began, is on the disk now. */
  | { readonly sync: Inode }
  /** Something that the recorded program said. */
  | { readonly mark: string }
);

export interface Recording {
  readonly root: Inode;
  readonly folders: ReadonlySet<Inode>;
  readonly steps: readonly Step[];
  /** What the program took for the identity of a file (`inode:size:mtime` of the real one), and which file that was. */
  readonly identities: ReadonlyMap<string, Inode>;
}

/** What became of the content of a file that was not synced. */
export type Fate = "kept" | "dropped" | "torn" | "zeros";

/** What is found after the loss of power: folders by path, and the content of each file. */
export interface Remains {
  readonly folders: readonly string[];
  readonly files: ReadonlyMap<string, Buffer>;
  /** Which file is in a place: one may be in two. */
  readonly inodes: ReadonlyMap<string, Inode>;
  /** Equal for equal remains, but for what is passing. */
  readonly key: string;
}

/**
 * Temporary files, and the folders in which portable locks come and go: whether they survive is of no importance, so
 * that only one of the possibilities is looked at.
 */
export const isPassing = (place: string): boolean =>
  /(^|\/)\.tmp-[^/]*$|\.lock\.portable\/(?!protocol\.json$)/.test(place);
/** Tokens are only compared, so it makes no difference whether what is lost of one is a half or the whole. */
const isLock = (place: string): boolean => place.endsWith(".lock");

/**
 * A disk at the moment of a loss of power: the first `count` steps were made.
 * POSIX promises only what was synced, and so does this model: an entry of a
 * folder survives for certain when the folder was synced after it was made, a
 * file's bytes when the file was. The rest may survive or not, each by itself,
 * but that a file that was renamed is in its old place or its new one.
 */
export class Outage {
  readonly #recording: Recording;
  /** Of each file: its writes in order, and how many of them are synced. */
  readonly #data = new Map<Inode, { changes: Change[]; synced: number }>();
  readonly #entries: { readonly change: Change; readonly synced: boolean; readonly fromSynced: boolean }[] =
    [];
  readonly #contents: Map<string, Buffer>;

  /** `contents` is a memory for the contents of files, to be shared by all outages of one recording. */
  constructor(recording: Recording, count: number, contents: Map<string, Buffer>) {
    this.#recording = recording;
    this.#contents = contents;
    const steps = recording.steps.slice(0, count);
    const lastSync = new Map<Inode, number>();
    for (const step of steps) {
      if ("sync" in step) lastSync.set(step.sync, Math.max(lastSync.get(step.sync) ?? -1, step.start));
    }
    const isSynced = (inode: Inode, end: number): boolean => end < (lastSync.get(inode) ?? -1);
    for (const step of steps) {
      if (!("change" in step)) continue;
      const { change, end } = step;
      if (change.kind === "write" || change.kind === "truncate") {
        const file = this.#data.get(change.inode) ?? { changes: [], synced: 0 };
        this.#data.set(change.inode, file);
        file.changes.push(change);
        if (isSynced(change.inode, end)) file.synced = file.changes.length;
      } else {
        const to = change.kind === "remove" ? change.from : change.to;
        const synced = isSynced(to.folder, end);
        const fromSynced = change.kind === "move" ? isSynced(change.from.folder, end) : synced;
        this.#entries.push({ change, synced, fromSynced });
      }
    }
  }

  /** Everything that may be found. The same remains may come twice. */
  *remains(): Generator<Remains> {
    const trees = new Set<string>();
    for (const isKept of this.#choices()) {
      const tree = this.#tree(isKept);
      const places = [...tree.folders, ...[...tree.files].map(([place, inode]) => `${place}=${inode}`)];
      const key = places.join("\n");
      if (trees.has(key)) continue;
      trees.add(key);
      for (const fates of this.#fates(tree.files)) {
        yield this.#remainsOf(tree, fates);
      }
    }
  }

  /** Which of the changes of folders that are not synced are kept. */
  *#choices(): Generator<(index: number) => boolean> {
    const open: number[] = [];
    for (const [index, { change, synced, fromSynced }] of this.#entries.entries()) {
      const comes = (change.kind === "put" || change.kind === "move") && !change.to.passing && !synced;
      const goes =
        (change.kind === "remove" || change.kind === "move") && !change.from.passing && !fromSynced;
      if (comes || goes) open.push(index);
    }
    if (open.length <= 5) {
      for (let bits = 0; bits < 2 ** open.length; bits += 1) {
        yield (index) => !open.includes(index) || ((bits >> open.indexOf(index)) & 1) === 1;
      }
      return;
    }
    const last = open.length - 1;
    for (let kept = 0; kept <= open.length; kept += 1) {
      yield (index) => !open.includes(index) || open.indexOf(index) < kept;
    }
    for (let odd = 0; odd < last; odd += 1) {
      yield (index) => !open.includes(index) || open.indexOf(index) !== odd;
      yield (index) => !open.includes(index) || open.indexOf(index) === odd;
    }
  }

  #tree(isKept: (index: number) => boolean): { folders: string[]; files: Map<string, Inode> } {
    const entries = new Map<Inode, Map<string, Inode>>();
    const folder = (inode: Inode): Map<string, Inode> => {
      const found = entries.get(inode) ?? new Map<string, Inode>();
      entries.set(inode, found);
      return found;
    };
    for (const [index, { change, synced, fromSynced }] of this.#entries.entries()) {
      const kept = isKept(index);
      if (change.kind === "move") {
        // The new place first: a file system moves in one go, and never loses what is moved.
        if (synced || fromSynced || kept) folder(change.to.folder).set(change.to.name, change.inode);
        if (fromSynced || kept) folder(change.from.folder).delete(change.from.name);
      } else if (!synced && !kept) continue;
      else if (change.kind === "put") folder(change.to.folder).set(change.to.name, change.inode);
      else if (change.kind === "remove") folder(change.from.folder).delete(change.from.name);
    }
    const folders: string[] = [];
    const files = new Map<string, Inode>();
    const visit = (inode: Inode, above: string): void => {
      for (const [name, child] of folder(inode)) {
        const place = `${above}${name}`;
        if (!this.#recording.folders.has(child)) files.set(place, child);
        else {
          folders.push(place);
          visit(child, `${place}/`);
        }
      }
    };
    visit(this.#recording.root, "");
    return { folders, files };
  }

  /** What may have become of the files that are not synced. */
  *#fates(files: ReadonlyMap<string, Inode>): Generator<ReadonlyMap<Inode, Fate>> {
    const open = [...files].flatMap(([place, inode]): [Inode, readonly Fate[]][] => {
      const data = this.#data.get(inode);
      if (isPassing(place) || data === undefined || data.synced === data.changes.length) return [];
      return [[inode, isLock(place) ? ["kept", "dropped"] : ["kept", "dropped", "torn", "zeros"]]];
    });
    let count = 1;
    for (const [, fates] of open) count *= fates.length;
    for (let code = 0; code < Math.min(count, 64); code += 1) {
      let rest = code;
      yield new Map(
        open.map(([inode, fates]) => {
          const fate = fates[rest % fates.length] ?? "kept";
          rest = Math.floor(rest / fates.length);
          return [inode, fate];
        }),
      );
    }
  }

  #remainsOf(
    tree: { folders: readonly string[]; files: ReadonlyMap<string, Inode> },
    fates: ReadonlyMap<Inode, Fate>,
  ): Remains {
    const files = new Map<string, Buffer>();
    const key = tree.folders.filter((place) => !isPassing(place));
    for (const [place, inode] of tree.files) {
      const content = this.#content(inode, fates.get(inode) ?? "kept");
      files.set(place, content.bytes);
      if (!isPassing(place)) key.push(`${place} ${content.key}`);
    }
    return { folders: tree.folders, files, inodes: tree.files, key: key.sort().join("\n") };
  }

  #content(inode: Inode, fate: Fate): { bytes: Buffer; key: string } {
    const { changes, synced } = this.#data.get(inode) ?? { changes: [], synced: 0 };
    const isOpen = synced < changes.length && fate !== "kept";
    const key = isOpen ? `${inode} ${fate} ${synced} ${changes.length}` : `${inode} ${changes.length}`;
    let bytes = this.#contents.get(key);
    if (bytes === undefined) {
      bytes = isOpen ? contentAfter(changes, synced, fate) : contentAfter(changes, changes.length, "kept");
      this.#contents.set(key, bytes);
    }
    return { bytes, key };
  }
}

function contentAfter(changes: readonly Change[], synced: number, fate: Fate): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  for (const [index, change] of changes.entries()) {
    if (index >= synced && fate === "dropped") break;
    const isOpen = index >= synced;
    if (change.kind === "truncate") bytes = sized(bytes, change.size);
    if (change.kind !== "write") continue;
    const isTorn = isOpen && fate === "torn" && index === changes.length - 1;
    const written = isTorn ? change.bytes.subarray(0, change.bytes.length >> 1) : change.bytes;
    const before = bytes.length;
    bytes = sized(bytes, Math.max(before, change.at + written.length));
    // What lay there before is overwritten in the memory only; what is new is there by its length alone.
    if (isOpen && fate === "zeros") bytes.fill(0, before);
    else written.copy(bytes, change.at);
  }
  return bytes;
}

function sized(bytes: Buffer, size: number): Buffer {
  const result = Buffer.alloc(size);
  bytes.copy(result);
  return result;
}
