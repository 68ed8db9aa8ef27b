import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { isNoSpace, lockFileError, systemCode, type LockHolder, type LockMode } from "../errors.ts";
import { pause } from "../waiting.ts";
import { isStale, ownersIn } from "./engine-files.ts";
import { HeartbeatLock, isTaken } from "./heartbeat-lock.ts";
import { type Inherit, leaveLease, takeLease } from "./leases.ts";
import { LockDescriptor } from "./lock-descriptor.ts";
import { makePortable, markerFolder } from "./marker.ts";
import { holderFrom, readOwner, thisProcess } from "./owner.ts";
import { PortableTenure } from "./portable-tenure.ts";
import { makeRealFolder, readRealFolder } from "./real-folder.ts";
import type { Attempt, Crowd, Protocol, Sight, Tenure } from "./protocol.ts";
import { SpareFolders } from "./spare-folders.ts";
import { UnlockedTenure } from "./tenures.ts";
import { liveTickets, othersTickets, QueuePlace, type TicketInfo } from "./tickets.ts";

/** Milliseconds between tries of the first in the queue, and of those behind. */
const firstPause = 3;
const laterPause = 12;

/** How often a folder that others remove under our hands is made anew before giving up. */
const missingTries = 100;

const isRegistration = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);

/**
 * Locks made of folders, for machines without the addon and file systems
 * without locks. In the marker folder beside the lock file:
 *
 *     protocol.json         this store is a portable one
 *     gate/                 held by a writer while it writes, by a reader while it registers
 *     readers/ID/           a process that reads
 *     waiting/TIME-MODE-ID  a process that waits, in order of arrival
 *     leases/ID/            where a writer prepares its files (leases.ts)
 *     trash/                leases that were taken away
 *     spare/N               empty folders, for a disk on which none can be made
 *
 * A writer takes the gate and waits until no reader is registered. A reader
 * takes the gate, registers, and lets the gate go if it still was its own.
 */
export class PortableProtocol implements Protocol {
  readonly name = "portable";
  readonly #path: string;
  readonly #readOnly: boolean;
  readonly #stale: number;
  readonly #marker: string;
  readonly #inherit: Inherit;
  readonly #spares: SpareFolders;
  #file: LockDescriptor | undefined;

  constructor(lockFile: string, options: { readOnly: boolean; stale: number; inherit: Inherit }) {
    this.#path = lockFile;
    this.#readOnly = options.readOnly;
    this.#stale = options.stale;
    this.#inherit = options.inherit;
    this.#marker = markerFolder(lockFile);
    this.#spares = new SpareFolders(this.#marker);
  }

  tryAtOnce(): Tenure | undefined {
    // Registering would write, so that somebody who may only read cannot be waited for.
    return this.#readOnly ? new UnlockedTenure(LockDescriptor.openForReading(this.#path)) : undefined;
  }

  async acquire(mode: LockMode, attempt: Attempt): Promise<Tenure> {
    const place = new QueuePlace(this.#in("waiting"), thisProcess(mode));
    let missing = 0;
    try {
      for (;;) {
        attempt.signal.throwIfAborted();
        try {
          const tenure = await this.#step(mode, place, attempt);
          if (tenure !== undefined) return tenure;
        } catch (error) {
          // Somebody removed the folder; the next step makes it anew.
          missing += 1;
          if (systemCode(error) !== "ENOENT" || missing > missingTries) throw error;
        }
      }
    } catch (error) {
      if (attempt.signal.aborted && error === attempt.signal.reason) throw error;
      throw lockFileError(this.#path, "lock", error);
    } finally {
      await place.leave();
    }
  }

  async #step(mode: LockMode, place: QueuePlace, attempt: Attempt): Promise<Tenure | undefined> {
    const file = await this.#prepare();
    const tickets = await liveTickets(this.#in("waiting"));
    const isFirst = tickets.length === 0 || tickets[0]?.name === place.name;
    const tenure = isFirst ? await this.#try(mode, file, place, attempt) : undefined;
    if (tenure !== undefined) return tenure;
    attempt.missed();
    attempt.signal.throwIfAborted();
    await place.keep();
    await pause(isFirst ? firstPause : laterPause, attempt.signal);
    return undefined;
  }

  /** Folders and lock file may have been removed since the last time. */
  async #prepare(): Promise<LockDescriptor> {
    makePortable(this.#path);
    if (this.#file !== undefined && !this.#file.isCurrent()) this.close();
    this.#file ??= LockDescriptor.openExisting(this.#path);
    for (const name of ["readers", "waiting"]) {
      await makeRealFolder(this.#in(name));
    }
    await this.#spares.fill();
    return this.#file;
  }

  async #try(
    mode: LockMode,
    file: LockDescriptor,
    place: QueuePlace,
    attempt: Attempt,
  ): Promise<Tenure | undefined> {
    const gate = await this.#take(this.#in("gate"), mode);
    if (gate === undefined) return undefined;
    let kept = false;
    try {
      if (mode === "read") return await this.#register(file, gate);
      if (!(await this.#drain(gate, place, attempt))) return undefined;
      const lease = await takeLease(this.#marker, this.#spares, this.#inherit);
      kept = gate.isHeld();
      if (kept) return new PortableTenure("write", file, gate, { lease, spares: this.#spares });
      await leaveLease(lease);
      return undefined;
    } finally {
      if (!kept) {
        await gate.release();
        await this.#spares.restore();
      }
    }
  }

  #take(folder: string, mode: LockMode): Promise<HeartbeatLock | undefined> {
    return HeartbeatLock.tryTake(folder, this.#path, thisProcess(mode), this.#stale, this.#spares);
  }

  async #register(file: LockDescriptor, gate: HeartbeatLock): Promise<Tenure | undefined> {
    const folder = path.join(this.#in("readers"), randomBytes(16).toString("hex"));
    const registration = await this.#take(folder, "read").catch(async (error: unknown) => {
      if (!isNoSpace(error)) throw error;
      // Readers that were killed may have all of the room; their registrations go with this look.
      await this.#hasReaders();
      return await this.#take(folder, "read");
    });
    if (registration === undefined) return undefined;
    // A writer that takes the gate from now on sees us. One that took it from us before may not have.
    if (gate.isHeld())
      return new PortableTenure("read", file, registration, { lease: undefined, spares: this.#spares });
    await registration.release();
    return undefined;
  }

  /** Waits, with the gate held, until nobody reads; false when the gate was lost over it. */
  async #drain(gate: HeartbeatLock, place: QueuePlace, attempt: Attempt): Promise<boolean> {
    while (await this.#hasReaders()) {
      attempt.missed();
      attempt.signal.throwIfAborted();
      if (!gate.isHeld()) return false;
      // Readers of other processes who overlap look for tickets, and let the lock go when they see one.
      await place.keep();
      await pause(firstPause, attempt.signal);
    }
    await this.#sweep(this.#marker, (name) => name.startsWith("gate."));
    return gate.isHeld();
  }

  async #hasReaders(): Promise<boolean> {
    const folder = this.#in("readers");
    let taken = false;
    for (const name of (await readRealFolder(folder)).filter(isRegistration)) {
      if (await isTaken(path.join(folder, name), this.#stale)) taken = true;
    }
    if (!taken) await this.#sweep(folder, (name) => !isRegistration(name));
    return taken;
  }

  /** Removes what processes left that died while they took a lock. */
  async #sweep(folder: string, isLeftover: (name: string) => boolean): Promise<void> {
    for (const name of (await readRealFolder(folder)).filter(isLeftover)) {
      const leftover = path.join(folder, name);
      if (await isStale(leftover, this.#stale)) await removeLeftover(leftover);
    }
  }

  async crowd(): Promise<Crowd> {
    return await Promise.resolve(this.crowdNow());
  }

  crowdNow(): Crowd {
    return crowdOf(othersTickets(this.#in("waiting")));
  }

  async gaveWay(): Promise<"yes"> {
    return await Promise.resolve(this.gaveWayNow());
  }

  gaveWayNow(): "yes" {
    // Whoever waits has a ticket, and is before us in the queue.
    return "yes";
  }

  async sight(): Promise<Sight> {
    const holders = await this.#holders().catch((error: unknown) => {
      throw lockFileError(this.#path, "look at", error);
    });
    const state =
      holders.length === 0 ? "free" : holders.some((holder) => holder.mode === "write") ? "write" : "read";
    return { state, holders, crowd: this.crowdNow() };
  }

  async #holders(): Promise<LockHolder[]> {
    const names = await readRealFolder(this.#in("readers")).catch(emptyWhenMissing);
    const holders: LockHolder[] = [];
    for (const name of names.filter(isRegistration)) {
      holders.push(...(await this.#ownersOf(path.join(this.#in("readers"), name))));
    }
    // Beside readers, whoever has the gate only waits for them; and a reader has it only to pass.
    if (holders.length > 0) return holders;
    const atGate = await this.#ownersOf(this.#in("gate"));
    return atGate.filter((holder) => holder.mode === "write");
  }

  async #ownersOf(folder: string): Promise<LockHolder[]> {
    if (await isStale(folder, this.#stale)) return [];
    const holders: LockHolder[] = [];
    for (const name of await ownersIn(folder)) {
      const owner = await readOwner(path.join(folder, name));
      if (owner !== undefined) holders.push(await holderFrom(owner));
    }
    return holders;
  }

  close(): void {
    const file = this.#file;
    this.#file = undefined;
    file?.close();
  }

  #in(name: string): string {
    return path.join(this.#marker, name);
  }
}

/** Where clocks differ, what looks left may be somebody's who goes on with it: then it stays, and fails nobody's lock. */
async function removeLeftover(leftover: string): Promise<void> {
  try {
    await rm(leftover, { recursive: true, force: true });
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
  }
}

function crowdOf(tickets: readonly TicketInfo[]): Crowd {
  const now = Date.now();
  const first = tickets.reduce((since, ticket) => Math.min(since, ticket.since), now);
  return {
    readers: tickets.filter((ticket) => ticket.mode === "read").length,
    writers: tickets.filter((ticket) => ticket.mode === "write").length,
    longest: now - first,
  };
}

function emptyWhenMissing(error: unknown): string[] {
  if (systemCode(error) === "ENOENT") return [];
  throw error;
}
