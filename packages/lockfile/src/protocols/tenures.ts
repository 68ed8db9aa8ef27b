import { LastWrite } from "../last-write.ts";
import { hasToken, readToken, writeToken } from "../token-io.ts";
import type { LockMode } from "../errors.ts";
import type { LockDescriptor } from "./lock-descriptor.ts";
import type { Tenure } from "./protocol.ts";

/** A lock of the kernel: it cannot be lost, only let go. */
export class KernelTenure implements Tenure {
  readonly locked = true;
  readonly stagingFolder = undefined;
  readonly lost = undefined;
  readonly mode: LockMode;
  readonly #fd: number;
  readonly #release: () => void;

  constructor(mode: LockMode, file: LockDescriptor, release: () => void) {
    this.mode = mode;
    this.#fd = file.fd;
    this.#release = release;
  }

  assertHeld(): void {}

  readToken(): LastWrite {
    return readToken(this.#fd);
  }

  hasToken(token: LastWrite): boolean {
    return hasToken(this.#fd, token);
  }

  writeToken(): LastWrite {
    return writeToken(this.#fd);
  }

  release(): undefined {
    this.#release();
  }
}

/** Reading where no lock can be had without writing. Holds a descriptor of the lock file when there is one. */
export class UnlockedTenure implements Tenure {
  readonly mode = "read";
  readonly locked = false;
  readonly stagingFolder = undefined;
  readonly lost = undefined;
  readonly #file: LockDescriptor | undefined;

  constructor(file: LockDescriptor | undefined) {
    this.#file = file;
  }

  assertHeld(): void {}

  readToken(): LastWrite {
    return this.#file === undefined ? LastWrite.none : readToken(this.#file.fd);
  }

  hasToken(token: LastWrite): boolean {
    return this.#file === undefined ? token.equals(LastWrite.none) : hasToken(this.#file.fd, token);
  }

  writeToken(): LastWrite {
    throw new TypeError("nothing is written without a lock");
  }

  release(): undefined {
    this.#file?.close();
  }
}
