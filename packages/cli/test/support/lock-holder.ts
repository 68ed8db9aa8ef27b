/** Run by hold-lock.ts: takes the write lock of argv[2], says so, and keeps it until standard input ends. */
import { once } from "node:events";

import { openLockFile } from "@stowage/lockfile";

const file = process.argv[2];
if (file === undefined) throw new TypeError("no lock file was named");
const lock = await openLockFile(file);
const held = await lock.lockForWriting();
console.log("locked");
process.stdin.resume();
await once(process.stdin, "end");
await held[Symbol.asyncDispose]();
await lock.close();
