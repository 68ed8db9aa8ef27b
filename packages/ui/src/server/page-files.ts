import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** A file of the page, in memory. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
]);

/**
 * The files of the page by their paths in a URL; `index.html` is `/`. All are read at the start, so that no request names
 * a file. @throws what the system says
 */
export async function readPage(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const name of await readdir(folder)) {
    const type = TYPES.get(path.extname(name));
    if (type === undefined) continue;
    files.set(name === "index.html" ? "/" : `/${name}`, {
      type,
      bytes: await readFile(path.join(folder, name)),
    });
  }
  return files;
}
