import { existsSync } from "node:fs";
import type { LockMode } from "../errors.ts";
import type { LastWrite } from "../last-write.ts";
import { hasToken, readToken, writeToken } from "../token-io.ts";
import type { HeartbeatLock } from "./heartbeat-lock.ts";
import { endLease } from "./leases.ts";
import type { LockDescriptor } from "./lock-descriptor.ts";
import type { Tenure } from "./protocol.ts";
import type { SpareFolders } from "./spare-folders.ts";

/** A portable lock: the gate and a lease for a writer, a registration for readers. */
export class PortableTenure implements Tenure {
  readonly locked = true;
  readonly mode: LockMode;
  readonly stagingFolder: string | undefined;
  readonly #file: LockDescriptor;
  readonly #lock: HeartbeatLock;
  readonly #spares: SpareFolders;

  constructor(
    mode: LockMode,
    file: LockDescriptor,
    lock: HeartbeatLock,
    { lease, spares }: { readonly lease: string | undefined; readonly spares: SpareFolders },
  ) {
    this.#spares = spares;
    this.mode = mode;
    this.stagingFolder = lease;
    this.#file = file;
    this.#lock = lock;
  }

  get lost(): AbortSignal {
    return this.#lock.lost;
  }

  assertHeld(): void {
    // A late one that only seemed to have the gate may have taken the lease away: what is prepared is gone with it.
    if (this.stagingFolder !== undefined && !existsSync(this.stagingFolder)) this.#lock.lose(this.#file.path);
    this.#lock.assertHeld(this.#file.path);
  }

  // The token is read first and the lock checked after it. A writer takes a
  // lost registration away before it changes the token, so a token that passes
  // is one from before, and what is remembered with it will be read again.

  readToken(): LastWrite {
    const token = readToken(this.#file.fd);
    this.assertHeld();
    return token;
  }

  hasToken(token: LastWrite): boolean {
    const same = hasToken(this.#file.fd, token);
    this.assertHeld();
    return same;
  }

  writeToken(): LastWrite {
    this.assertHeld();
    const token = writeToken(this.#file.fd);
    this.assertHeld();
    return token;
  }

  async release(): Promise<void> {
    try {
      if (this.stagingFolder !== undefined) await endLease(this.stagingFolder, this.#spares);
    } finally {
      await this.#lock.release();
    }
    await this.#spares.restore();
  }
}
