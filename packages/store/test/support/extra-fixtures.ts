import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TreeEntry } from "@stowage/test-kit";
import { type Content, type Fixture, maskCreated, toContent } from "@stowage/fixtures";

/** What a file says about a fixture kept as a folder. */
interface About {
  readonly note: string;
  readonly transient: boolean;
  readonly emptyDirs: readonly string[];
  readonly exit: number;
  readonly lockBytes: number;
  readonly createdVaries: boolean;
}

interface OddFile {
  readonly name: string;
  readonly note: string;
  readonly in: Readonly<Record<string, Content>>;
  readonly dirs: readonly string[];
  readonly ops: readonly string[];
  readonly replies: readonly Content[];
  readonly exit: number;
  readonly lockBytes: number;
  readonly out: Readonly<Record<string, Content>>;
  readonly fresh: Content;
}

/**
 * Fixtures of another collection, made by others from the same library: a
 * folder for each, and a file of odd files, one a line.
 */
export function extraFixtures(folder: string): Fixture[] {
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, "fixture.json")))
    .map(({ name }) => fromFolder(path.join(folder, name), name));
  const odd = lines(readFileSync(path.join(folder, "reads.jsonl")))
    .map((line) => JSON.parse(line.toString()) as OddFile)
    .map(fromLine);
  return [...folders, ...odd];
}

const JSON_FILES = ["containers.json", "volatile-containers.json", "run/volatile-containers.json"];

function fromFolder(folder: string, name: string): Fixture {
  const about = JSON.parse(readFileSync(path.join(folder, "fixture.json"), "utf8")) as About;
  const read = (file: string): Buffer | undefined =>
    existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file)) : undefined;
  const after = JSON_FILES.flatMap((file): [string, Content][] => {
    const bytes = read(file);
    if (bytes === undefined) return [];
    const content = toContent(bytes);
    return [[placed(file), about.createdVaries ? maskCreated(content) : content]];
  });
  return {
    name,
    note: about.note,
    kind: "sequence",
    transient: about.transient,
    before: Object.fromEntries(filesBelow(path.join(folder, "in"))),
    folders: about.emptyDirs.map((dir) => `store/${dir}`),
    requests: lines(read("ops.jsonl")).map(String),
    replies: lines(read("replies.jsonl")).map(toContent),
    exit: about.exit,
    createdMasked: about.createdVaries,
    lockBytes: about.lockBytes,
    after: Object.fromEntries(after),
    data: lines(read("data.jsonl")).map((line) => JSON.parse(line.toString()) as TreeEntry),
    fresh: toContent(lines(read("fresh.jsonl"))[0] ?? Buffer.alloc(0)),
  };
}

function fromLine(row: OddFile): Fixture {
  const files = (given: Readonly<Record<string, Content>>): Record<string, Content> =>
    Object.fromEntries(Object.entries(given).map(([file, content]) => [placed(file), content]));
  return {
    name: row.name,
    note: row.note,
    kind: "odd-file",
    transient: false,
    before: files(row.in),
    folders: row.dirs.map((dir) => `store/${dir}`),
    requests: row.ops,
    replies: row.replies,
    exit: row.exit,
    createdMasked: false,
    lockBytes: row.lockBytes,
    after: files(row.out),
    data: row.dirs.map((dir) => ({ path: dir, type: "dir", mode: "0700" })),
    fresh: row.fresh,
  };
}

const placed = (file: string): string => (file.startsWith("run/") ? file : `store/${file}`);

function filesBelow(folder: string, below = ""): [string, Content][] {
  if (!existsSync(path.join(folder, below))) return [];
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const file = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, file);
    return [[placed(file), toContent(readFileSync(path.join(folder, file)))] as [string, Content]];
  });
}

/** Not by way of a string: a line need not be UTF-8. */
function lines(bytes: Buffer | undefined): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0; bytes !== undefined && start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    found.push(bytes.subarray(start, stop));
    start = stop + 1;
  }
  return found;
}
