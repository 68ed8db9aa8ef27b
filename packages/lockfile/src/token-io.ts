import { randomFillSync } from "node:crypto";
import { readSync, writeSync } from "node:fs";
import { LastWrite, tokenLength } from "./last-write.ts";

// System calls on these files never wait, so the synchronous ones are right: a
// detour through the thread pool costs many times the call itself.

const scratch = Buffer.alloc(tokenLength);
let writes = 0n;

/** Of one token: see `LastWrite.make`. */
const randomLength = 44;
/** Asking for random bytes costs more than writing the token, and a thousand take hardly longer than a few. */
const randomPool = new Uint8Array(64 * randomLength);
let randomUsed = randomPool.length;

/** Random bytes that no other token has. */
function takeRandom(): Uint8Array {
  if (randomUsed === randomPool.length) {
    randomFillSync(randomPool);
    randomUsed = 0;
  }
  const start = randomUsed;
  randomUsed += randomLength;
  return randomPool.subarray(start, randomUsed);
}

function readInto(fd: number): number {
  let length = 0;
  while (length < tokenLength) {
    const count = readSync(fd, scratch, length, tokenLength - length, length);
    if (count === 0) break;
    length += count;
  }
  return length;
}

/** The token of an open lock file; at most 64 bytes are read, and none are as good as some. */
export function readToken(fd: number): LastWrite {
  const length = readInto(fd);
  return LastWrite.from(scratch.subarray(0, length));
}

/** Whether the token of an open lock file is `token`. */
export function hasToken(fd: number, token: LastWrite): boolean {
  return token.matches(scratch, readInto(fd));
}

/** Puts a fresh token at the beginning of an open lock file. */
export function writeToken(fd: number): LastWrite {
  writes += 1n;
  const token = LastWrite.make({
    time: BigInt(Date.now()) * 1_000_000n,
    counter: writes,
    pid: process.pid,
    random: takeRandom(),
  });
  const bytes = token.bytes;
  // One call in practice; on a full disk the next one says so, instead of leaving half a token unnoticed.
  let written = 0;
  while (written < tokenLength) written += writeSync(fd, bytes, written, tokenLength - written, written);
  return token;
}
