import { openLockFile } from "../../src/index.ts";

// make-portable.ts LOCKFILE: makes a portable lock file, and ends.
const [, , lockFile = ""] = process.argv;
await (await openLockFile(lockFile, { protocol: "portable" })).close();
