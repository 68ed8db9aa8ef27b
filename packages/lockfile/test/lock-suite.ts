import type { LockProtocol } from "../src/index.ts";
import { benchFor } from "./suite/bench.ts";
import { oneProcess } from "./suite/one-process.ts";
import { theLockFile } from "./suite/the-lock-file.ts";
import { severalProcesses } from "./suite/several-processes.ts";

/** What both protocols promise. `scale` says how many times as many turns the protocol can take in a test. */
export function lockSuite(protocol: LockProtocol, scale: number): void {
  const bench = benchFor(protocol, scale);
  oneProcess(bench);
  theLockFile(bench);
  severalProcesses(bench);
}
