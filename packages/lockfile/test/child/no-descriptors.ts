import { closeSync, openSync } from "node:fs";
import { type LockFileError, openLockFile } from "../../src/index.ts";

// no-descriptors.ts LOCKFILE NEW: opens both while no descriptor is left, and again; prints what came of it, as JSON.
const [, , ...lockFiles] = process.argv;

const tryAll = (): Promise<string[]> =>
  Promise.all(
    lockFiles.map((each) =>
      openLockFile(each).then(
        async (file) => (await file.close(), file.protocol),
        ({ code, message }: LockFileError) => `${code} ${message}`,
      ),
    ),
  );

const taken: number[] = [];
try {
  for (;;) taken.push(openSync("/dev/null", "r"));
} catch {
  // That was the last.
}
const without = await tryAll();
for (const fd of taken) closeSync(fd);
console.log(JSON.stringify({ without, again: await tryAll() }));
