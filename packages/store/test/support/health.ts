import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { peer, runProcess } from "@stowage/test-kit";
import { type ContainerStore, type Finding, type OpenOptions, openContainerStore } from "../../src/index.ts";
import { quickFolder } from "./quick-folder.ts";

export const A = "a0".repeat(32);
export const B = "b1".repeat(32);
export const C = "c2".repeat(32);
const WHEN = "2025-03-04T05:06:07.089123456Z";

/** The real library, or why there is none. */
export const library = peer();

/** A store's folder that a test may break. */
export interface Patient {
  readonly dir: string;
  readonly runDir: string;
  /** Opens it whatever state it is in. */
  open(options?: Partial<OpenOptions>): Promise<ContainerStore>;
  /** Checks with a store that is opened for it. */
  check(options?: Partial<OpenOptions>): Promise<readonly Finding[]>;
  codes(options?: Partial<OpenOptions>): Promise<string[]>;
  at(...names: string[]): string;
  read(...names: string[]): Promise<string>;
  write(content: string | Uint8Array, ...names: string[]): Promise<void>;
  /** Ids that a fresh opening lists. */
  ids(): Promise<string[]>;
  /** Ids that the real library lists; undefined where there is none. */
  idsOfLibrary(): Promise<string[] | undefined>;
}

export async function withPatient(test: (patient: Patient) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  const dir = path.join(folder.path, "beside", "store");
  const runDir = path.join(folder.path, "beside", "run");
  const open = (options: Partial<OpenOptions> = {}): Promise<ContainerStore> =>
    openContainerStore({ dir, acceptDamage: true, lockTimeout: 10_000, ...options });
  const check = async (options?: Partial<OpenOptions>): Promise<readonly Finding[]> => {
    await using store = await open(options);
    return await store.check();
  };
  const at = (...names: string[]): string => path.join(dir, ...names);
  await test({
    dir,
    runDir,
    open,
    check,
    codes: async (options) => (await check(options)).map(({ code }) => code),
    at,
    read: (...names) => readFile(at(...names), "utf8"),
    write: (content, ...names) => writeFile(at(...names), content, { mode: 0o600 }),
    ids: async () => {
      await using store = await openContainerStore({ dir });
      return (await store.list()).map(({ id }) => id);
    },
    idsOfLibrary: async () => {
      if (library.found === undefined) return undefined;
      const { stdout } = await runProcess(library.found.peer, ["drive", "--dir", dir], {
        input: '{"op":"list"}\n',
      });
      const reply = JSON.parse(stdout) as { ok: boolean; value?: { id: string }[]; message?: string };
      if (!reply.ok) throw new Error(`the library cannot read the store: ${reply.message}`);
      return (reply.value ?? []).map(({ id }) => id);
    },
  });
}

/** A record as the library writes it. */
export function record(
  id: string,
  fields: { names?: string[]; layer?: string } & Record<string, unknown> = {},
): string {
  const { names, layer = "", ...rest } = fields;
  return JSON.stringify({ id, ...(names ? { names } : {}), image: "", layer, ...rest, created: WHEN });
}

export const list = (...records: string[]): string => `[${records.join(",")}]`;
