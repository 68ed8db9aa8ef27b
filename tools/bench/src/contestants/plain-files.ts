import { readFile } from "node:fs/promises";
import path from "node:path";
import lockfile from "proper-lockfile";
import writeFileAtomic from "write-file-atomic";

/**
 * What one writes without a library for it: a JSON file of records under proper-lockfile, read and parsed whole,
 * written whole by write-file-atomic (which syncs the file, and not its folder).
 */
export class PlainFiles {
  readonly #file: string;

  constructor(dir: string) {
    this.#file = path.join(dir, "containers.json");
  }

  async change(apply: (records: { id: string; metadata: string }[]) => void): Promise<void> {
    const release = await lockfile.lock(this.#file);
    try {
      const records = JSON.parse(await readFile(this.#file, "utf8")) as { id: string; metadata: string }[];
      apply(records);
      await writeFileAtomic(this.#file, JSON.stringify(records), { mode: 0o600 });
    } finally {
      await release();
    }
  }
}
