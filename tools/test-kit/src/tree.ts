import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, lstat, readdir, readlink } from "node:fs/promises";
import path from "node:path";

/** One thing in a folder. */
export interface TreeEntry {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly type: "file" | "dir" | "link" | "other";
  /** Permission bits, four octal digits: "0600". */
  readonly mode: string;
  /** Bytes; of files only. */
  readonly size?: number;
  /** 64 hex digits; of files only. */
  readonly sha256?: string;
  /** Of links only. */
  readonly target?: string;
}

/** Everything below `folder`, links not followed, in the order of the paths' UTF-8 bytes. */
export async function treeListing(folder: string): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const visit = async (relative: string): Promise<void> => {
    for (const name of await readdir(path.join(folder, relative))) {
      const below = relative === "" ? name : `${relative}/${name}`;
      const entry = await describe(path.join(folder, below), below);
      entries.push(entry);
      if (entry.type === "dir") await visit(below);
    }
  };
  await visit("");
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function describe(full: string, relative: string): Promise<TreeEntry> {
  const stats = await lstat(full);
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, "0");
  if (stats.isDirectory()) return { path: relative, type: "dir", mode };
  if (stats.isSymbolicLink()) return { path: relative, type: "link", mode, target: await readlink(full) };
  if (!stats.isFile()) return { path: relative, type: "other", mode };
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(full)) hash.update(chunk as Buffer);
  return { path: relative, type: "file", mode, size: stats.size, sha256: hash.digest("hex") };
}

/** Copies a folder with its modes, times and links (as they are); `to` must not exist yet. */
export async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    errorOnExist: true,
    force: false,
  });
}
