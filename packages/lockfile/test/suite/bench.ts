import path from "node:path";
import { temporaryFolder } from "@stowage/test-kit";
import { expect } from "vitest";
import { LockFileError, openLockFile, type LockFile, type LockProtocol } from "../../src/index.ts";
import { Locker } from "../child-process.ts";

/** Shorter than any wait that a test expects to end, longer than any that it expects to succeed; milliseconds. */
export const enough = 20_000;

export interface Opened extends AsyncDisposable {
  readonly folder: string;
  readonly file: LockFile;
  readonly path: string;
}

/** One protocol, and what the suite needs to try it. */
export interface Bench {
  readonly protocol: LockProtocol;
  readonly stale: number;
  /** How many times as many turns the protocol can take in a test. */
  readonly scale: number;
  /** A lock file in a folder of its own. */
  open(): Promise<Opened>;
  /** Another process that uses the same lock file. */
  start(opened: Opened): Promise<Locker>;
}

export function benchFor(protocol: LockProtocol, scale: number): Bench {
  const stale = 2_000;
  return {
    protocol,
    stale,
    scale,
    async open() {
      const folder = await temporaryFolder();
      const lockFile = path.join(folder.path, "store", "x.lock");
      const file = await openLockFile(lockFile, { protocol, stale });
      return {
        folder: path.dirname(lockFile),
        path: lockFile,
        file,
        async [Symbol.asyncDispose]() {
          await file.close();
          await folder[Symbol.asyncDispose]();
        },
      };
    },
    start: (opened) => Locker.start(opened.path, { protocol, stale }),
  };
}

/** The error of a promise that must fail with one of ours. */
export async function failure(promise: Promise<unknown>): Promise<LockFileError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LockFileError);
  return error as LockFileError;
}
