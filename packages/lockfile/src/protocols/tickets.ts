import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { lstat, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { isNoSpace, type LockMode, systemCode } from "../errors.ts";
import type { Owner } from "./owner.ts";
import { assertRealFolder, readRealFolder } from "./real-folder.ts";
import { monotonic } from "../monotonic.ts";

/** Milliseconds between signs of life, and without one after which a ticket counts no more, and is removed. */
const renewAfter = 500;
const deadAfter = 3_000;
const removedAfter = 10_000;

const ticketName = /^(\d{15})-(read|write)-[0-9a-f]{32}$/;

// So that this process can tell its own tickets from those of others.
const own = new Set<string>();

export interface TicketInfo {
  readonly name: string;
  readonly mode: LockMode;
  /** Milliseconds since 1970. */
  readonly since: number;
}

function parse(name: string): TicketInfo | undefined {
  const match = ticketName.exec(name);
  if (match === null) return undefined;
  return { name, mode: match[2] === "write" ? "write" : "read", since: Number(match[1]) };
}

/**
 * A place in the queue between processes: a file whose name sorts by the time
 * of arrival. It decides who tries next and nothing else, so clocks that
 * differ or a ticket that is lost cost fairness, never safety.
 */
export class QueuePlace {
  readonly #folder: string;
  readonly #owner: Owner;
  #name: string | undefined;
  #renewed = 0;

  constructor(folder: string, owner: Owner) {
    this.#folder = folder;
    this.#owner = owner;
  }

  /** The ticket's name; undefined before one was drawn. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Draws a ticket, or shows that the waiter who has it is alive; called often. */
  async keep(): Promise<void> {
    if (this.#name !== undefined && monotonic() - this.#renewed < renewAfter) return;
    this.#renewed = monotonic();
    if (this.#name === undefined) {
      const time = String(Date.now()).padStart(15, "0");
      this.#name = `${time}-${this.#owner.mode}-${randomBytes(16).toString("hex")}`;
      own.add(this.#name);
    }
    // Written anew each time: its time is renewed by that, and it comes back if others took it for dead.
    const text = JSON.stringify(this.#owner);
    await writeFile(path.join(this.#folder, this.#name), text, { mode: 0o600 }).catch((error: unknown) => {
      // On a full disk it says nothing, or is not there: it decides nothing but who comes first.
      if (!isNoSpace(error)) throw error;
    });
  }

  async leave(): Promise<void> {
    const name = this.#name;
    if (name === undefined) return;
    this.#name = undefined;
    own.delete(name);
    try {
      await unlink(path.join(this.#folder, name));
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }
}

/** Those who wait, first come first; the dead are left out, and removed in time. */
export async function liveTickets(folder: string): Promise<TicketInfo[]> {
  const live: TicketInfo[] = [];
  for (const name of (await readRealFolder(folder)).sort()) {
    const ticket = parse(name);
    if (ticket === undefined) continue;
    try {
      const age = Math.abs(Date.now() - (await lstat(path.join(folder, name))).mtimeMs);
      if (age < deadAfter) live.push(ticket);
      else if (age > removedAfter) await unlink(path.join(folder, name));
    } catch (error) {
      // Its owner, or somebody else who looks, was faster.
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }
  return live;
}

/** The tickets of other processes, dead ones included; in one call that does not wait. */
export function othersTickets(folder: string): TicketInfo[] {
  try {
    assertRealFolder(folder);
    const tickets = readdirSync(folder).map(parse);
    return tickets.filter((ticket) => ticket !== undefined).filter((ticket) => !own.has(ticket.name));
  } catch (error) {
    // Nobody can wait where there is no folder; whoever takes the lock says what lies there instead.
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return [];
    throw error;
  }
}
