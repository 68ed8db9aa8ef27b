/**
 * Where this store means to do better than the library, and says so in
 * docs/on-disk-format.md. Each has a test of its own in
 * fixtures-improvements.test.ts.
 */
export const improvements = {
  "item in a folder":
    "an item whose file name holds a slash (base64) is stored; the library misses the folder",
  "key of a folder": "a key that leads to a folder, such as `..`, is an invalid name, not a failed rename",
  "slash at the end": "a key such as `a/` would share the file of `a`: it is not written, but still read",
  "folder of podman": "`userdata` is podman's own folder in a container's: no item is written there",
  "no file name": "a key that no file system can hold as a name is an invalid name, not a failed call",
  "long file name": "file names of 241 to 255 bytes work; the library's temporary names are too long then",
  "name across files": "a name taken from a container of the other file is gone from that file too",
  "repair across files":
    "when loading takes a name from a container of the other file, both files are mended",
  "copy of an unseen record":
    "a file is copied before a save leaves out a record whose id another one has, or bytes behind the list; the library loses them",
  "name twice in a record": "a record that has a name twice keeps it; the library loses it",
  "unknown members": "members of a record that nobody knows are kept",
  "id outside": "a record whose id is no file name can be deleted; nothing outside the store is touched",
  "offset of 24 hours":
    "a record whose creation time the library reads but cannot write is listed and saved as it is",
  "shared layer": "of two containers with one layer the other is still found after one was deleted",
  "null for a record": "a file that holds null for a record is damage that is reported; the library panics",
  "folders of the other mode":
    "garbage collection of a transient store refuses while the normal one has volatile containers: their folders are no garbage",
  "wipe in one save": "all containers are removed with one save of each file",
} as const;

export type Improvement = keyof typeof improvements;

interface Row {
  readonly fixture: string;
  readonly why: readonly Improvement[];
  /** Which replies differ, counted from 0. */
  readonly replies: readonly number[];
  /**
   * Which files of the store differ, `lock` (its length) or `fresh` (what a new
   * process lists). A repetition in a path is shown once, with a star.
   */
  readonly others: readonly string[];
}

const row = (
  fixture: string,
  why: readonly Improvement[],
  replies: readonly number[],
  others: readonly string[] = [],
): Row => ({ fixture, why, replies, others });

/** Everything that may differ from what the library answered, in all fixtures: no more, and no less. */
export const intendedDifferences: readonly Row[] = [
  row(
    "big-data-dots",
    ["key of a folder", "slash at the end"],
    [0, 1, 2, 3, 4, 6, 12, 13, 14, 15, 16, 17, 18, 19, 31, 43, 49],
    ["containers.json", "a0*/...", "fresh"],
  ),
  row(
    "big-data-long-keys",
    ["long file name", "no file name"],
    [1, 2, 3, 5, 6, 7, 8],
    ["containers.json", "a0*/=RkZG*Rg==", "a0*/b*", "a0*/c*", "fresh"],
  ),
  row("big-data-odd-keys", ["no file name"], [6, 38]),
  row("big-data-slashes-and-folder", ["item in a folder"], [1]),
  row(
    "big-data-slashes",
    ["item in a folder", "slash at the end"],
    [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 22, 23, 24, 25],
    [
      "containers.json",
      "a0*/=Pz8",
      "a0*/=Pz8/Pz4+Pg==",
      "a0*/=w7",
      "a0*/=w7/Dv8O",
      "a0*/a",
      "a0*/b",
      "fresh",
    ],
  ),
  row("big-data-userdata", ["folder of podman"], [0]),
  row("create-taken-back", ["key of a folder"], [4]),
  row("files-transient-loaded", ["folders of the other mode"], [1], ["b1*", "b1*/k"]),
  row("lookup-shared-layer", ["shared layer"], [4]),
  row("names-taken-from-stable", ["name across files"], [], ["containers.json"]),
  row("names-taken-from-volatile", ["name across files"], [], ["volatile-containers.json", "fresh"]),
  row(
    "odd-file-id-twice",
    ["copy of an unseen record"],
    [],
    ["containers.json.stowage-backup-…", "volatile-containers.json.stowage-backup-…"],
  ),
  row("odd-file-name-across-files", ["repair across files"], [], ["containers.json"]),
  row("odd-file-name-twice-in-record", ["name twice in a record"], [0], ["containers.json", "fresh"]),
  row("odd-file-nul-and-more-after", ["copy of an unseen record"], [], ["containers.json.stowage-backup-…"]),
  row("odd-file-odd-ids-refused", ["id outside"], [1, 2, 3, 4], ["containers.json", "lock", "fresh"]),
  row("odd-record-time-offset-24", ["offset of 24 hours"], [0, 1], ["containers.json", "fresh"]),
  row("odd-record-unknown-members", ["unknown members"], [0], ["containers.json", "fresh"]),
  row(
    "text-in-keys",
    ["item in a folder"],
    [7, 14, 15],
    ["containers.json", "a0*/=77u", "a0*/=77u/bWFyaw==", "fresh"],
  ),
  row(
    "text-key-order",
    ["item in a folder"],
    [25, 26, 31],
    ["containers.json", "a0*/=77+", "a0*/=77+/Lmpzb24=", "a0*/=7Z+", "a0*/=7Z+/Lmpzb24=", "fresh"],
  ),
];

/** The same for the collection that $STOWAGE_EXTRA_FIXTURES leads to. */
export const intendedDifferencesOfExtra: readonly Row[] = [
  row(
    "bigdata-dots",
    ["key of a folder", "slash at the end"],
    [0, 1, 2, 3, 4, 6, 10, 11, 12, 13, 14, 15, 16, 17, 27, 37, 41],
    ["containers.json", "a1*/...", "fresh"],
  ),
  row(
    "bigdata-keys",
    ["folder of podman"],
    [7, 14, 22, 36, 50, 57],
    ["containers.json", "a1*/userdata", "fresh"],
  ),
  row(
    "bigdata-long-keys",
    ["long file name", "no file name"],
    [1, 2, 3, 5, 6, 7, 8, 9],
    ["containers.json", "a1*/=SEhI*SA==", "a1*/c*", "a1*/d*", "fresh"],
  ),
  row("bigdata-odd-keys", ["no file name"], [6, 38]),
  row(
    "bigdata-slash",
    ["item in a folder", "slash at the end"],
    [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21],
    ["containers.json", "a1*/=Pz8", "a1*/=Pz8/Pz4+Pg==", "a1*/=w7", "a1*/=w7/Dv8O", "a1*/a", "fresh"],
  ),
  row("bigdata-slash-present", ["item in a folder"], [1]),
  row("bigdata-userdata", ["folder of podman"], [0]),
  row("create-bigdata-fails", ["key of a folder"], [3]),
  row("delete-shared-layer", ["shared layer"], [2]),
  row("transient-loaded", ["folders of the other mode"], [1], ["b2*", "b2*/k"]),
  row("names-taken-from-stable", ["name across files"], [], ["containers.json"]),
  row("names-taken-from-volatile", ["name across files"], [], ["volatile-containers.json", "fresh"]),
  row(
    "read-duplicate-ids",
    ["copy of an unseen record"],
    [],
    ["containers.json.stowage-backup-…", "volatile-containers.json.stowage-backup-…"],
  ),
  row("read-duplicate-names-across", ["repair across files"], [], ["containers.json"]),
  row("read-name-twice", ["name twice in a record"], [0], ["containers.json", "lock", "fresh"]),
  row("read-created-offset24", ["offset of 24 hours"], [0, 1], ["containers.json", "fresh"]),
  row("read-unknown-fields", ["unknown members"], [0], ["containers.json", "fresh"]),
];
