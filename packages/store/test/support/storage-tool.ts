import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { peer, runProcess, temporaryFolder } from "@stowage/test-kit";

/** The command line tool of containers/storage, on a storage tree of a test's own. */
export interface StorageTool {
  /** The folder of its container store. */
  readonly dir: string;
  /** Runs a command; rejects when it fails. Resolves to its standard output. */
  run(...args: string[]): Promise<string>;
  /** As `containers -j` prints them. */
  containers(): Promise<Record<string, unknown>[]>;
  /** Resolves to the id. */
  create(...args: string[]): Promise<string>;
  setData(ref: string, key: string, data: Uint8Array): Promise<void>;
  data(ref: string, key: string): Promise<Buffer>;
}

/** The releases that this machine has and that work for this user; where there are none, why. */
export async function storageTools(): Promise<{
  tools: (readonly [release: string, program: string])[];
  reason: string;
}> {
  const { found, reason } = peer();
  const tools: (readonly [string, string])[] = [];
  const problems: string[] = reason === undefined ? [] : [reason];
  for (const [release, program] of [
    ["1.57.2", found?.containersStorage],
    ["1.43", found?.containersStorage143],
  ] as const) {
    if (program === undefined) continue;
    await using folder = await temporaryFolder();
    try {
      // Without root it needs subordinate ids, which not every user has.
      await storageTool(program, folder.path).run("containers");
      tools.push([release, program]);
    } catch (error) {
      problems.push(`containers-storage ${release} does not work here: ${String(error).slice(-200)}`);
    }
  }
  return { tools, reason: problems.join("; ") };
}

/** @param folder where the tree is made; it belongs to the caller */
export function storageTool(program: string, folder: string): StorageTool {
  const root = path.join(folder, "root");
  const places = ["-s", "vfs", "-g", root, "-R", path.join(folder, "run")];
  const run = async (...args: string[]): Promise<Buffer> => {
    const { code, stdoutBytes, stderr } = await runProcess(program, [...places, ...args]);
    if (code === 0) return stdoutBytes;
    throw new Error(`containers-storage ${args.join(" ")}: ${stderr}${stdoutBytes.toString()}`);
  };
  const text = async (...args: string[]): Promise<string> => (await run(...args)).toString();
  return {
    dir: path.join(root, "vfs-containers"),
    run: text,
    async containers() {
      return (JSON.parse(await text("containers", "-j")) as Record<string, unknown>[] | null) ?? [];
    },
    async create(...args) {
      const [id] = (await text("create-container", ...args, "")).split("\n");
      return id ?? "";
    },
    async setData(ref, key, data) {
      const file = path.join(folder, "data-in");
      await writeFile(file, data);
      await text("set-container-data", "-f", file, ref, key);
    },
    async data(ref, key) {
      const file = path.join(folder, "data-out");
      await text("get-container-data", "-f", file, ref, key);
      return await readFile(file);
    },
  };
}
