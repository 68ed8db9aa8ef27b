import { constants, existsSync } from "node:fs";
import { link, open, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { isNoSpace, type LockHolder, type LockMode } from "../errors.ts";
import { programOf } from "./proc.ts";

/** What a process writes about itself where it holds or waits for a portable lock; for people, not for the rule. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly program: string;
  readonly mode: LockMode;
  /** Milliseconds since 1970. */
  readonly since: number;
}

const longestOwner = 4096;

export function thisProcess(mode: LockMode): Owner {
  const program = path.basename(process.argv[1] ?? process.execPath);
  return { pid: process.pid, host: hostname(), program, mode, since: Date.now() };
}

/** Reads what another process wrote; undefined when it cannot be understood. */
export function parseOwner(text: string): Owner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, host, program, mode, since } = value as Partial<Record<keyof Owner, unknown>>;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || typeof since !== "number") return undefined;
  if (typeof host !== "string" || typeof program !== "string") return undefined;
  if (mode !== "read" && mode !== "write") return undefined;
  return { pid, host, program, mode, since };
}

/**
 * Makes a file that says who this process is. Where the disk has no space for that the file is there all the same, and
 * says nothing: its name is what counts, and whoever deletes something must get the lock.
 *
 * @param other a file of which it is a further name where there is no inode for one of its own
 */
export async function writeOwner(file: string, owner: Owner, other: string): Promise<void> {
  try {
    // Never into one that is there: it might be that other one.
    await writeFile(file, JSON.stringify(owner), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    if (existsSync(file)) return;
    await link(other, file).catch(() => {
      throw error;
    });
  }
}

/** The text of a regular file, if it is short: what lies there may be a pipe, which never ends, or a link. */
async function readCarefully(file: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  await using handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const stats = await handle.stat();
  return stats.isFile() && stats.size <= longestOwner ? await handle.readFile("utf8") : "";
}

export async function readOwner(file: string): Promise<Owner | undefined> {
  return parseOwner(await readCarefully(file).catch(() => ""));
}

export async function holderFrom(owner: Owner): Promise<LockHolder> {
  const here = owner.host === hostname();
  // The system knows best what a process of this machine is called.
  const program = (here ? await programOf(owner.pid) : undefined) ?? owner.program;
  const own = here && owner.pid === process.pid;
  return { pid: owner.pid, mode: owner.mode, program, own, ...(here ? {} : { host: owner.host }) };
}
