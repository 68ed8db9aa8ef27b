import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire, wrap } from "node:module";
import path from "node:path";
import { Script } from "node:vm";

import { cacheFolder } from "@stowage/build/cache-folder";

import { version } from "./version.ts";

/**
 * Runs a CommonJS file as `require` does, with the code that an earlier run
 * compiled: that saves a third of what a short command takes. Node 20 keeps none
 * by itself. What is kept lies in `stowage/code` of the user's cache folder, and is
 * used only when nobody else could have put it there; whatever is wrong with it,
 * the file is compiled anew.
 */
export function runCached(file: string): void {
  const require = createRequire(file);
  const cache = cacheFile(process.env);
  if (cache === undefined) {
    require(file);
    return;
  }
  const identity = identityOf(file);
  const cachedData = readCache(cache, identity);
  const script = new Script(wrap(readFileSync(file, "latin1")), { filename: file, cachedData });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    // At the end, as it then holds every function that the command needed.
    process.on("exit", () => writeCache(cache, identity, script.createCachedData()));
  }
  const module = { exports: {} };
  const run = script.runInThisContext() as (...names: unknown[]) => void;
  run.call(module.exports, module.exports, require, module, file, path.dirname(file));
}

/** Where the code is kept; undefined where it must not be: as Node itself lets it be forbidden, or in nobody's home. */
function cacheFile(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { NODE_DISABLE_COMPILE_CACHE: forbidden, NODE_V8_COVERAGE: coverage } = env;
  if ((forbidden ?? "") !== "" || (coverage ?? "") !== "") return undefined;
  // Everything works without, only slower.
  const folder = cacheFolder("code", env);
  return folder === undefined ? undefined : path.join(folder, `${process.version}-${process.arch}`);
}

/** Differs between any two contents that the file ever had: V8 itself compares no more than the length. */
function identityOf(file: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  return ["stowage", version, process.version, dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

/**
 * The code for this file, when it is whole. It stands there twice, and then the
 * identity: V8 looks at no checksum and crashes on a damaged one, and to compare
 * two copies is the cheapest way of finding that out.
 */
function readCache(cache: string, identity: string): Buffer | undefined {
  let kept: Buffer | undefined;
  try {
    kept = readOwn(cache);
  } catch {
    // The first run, mostly.
  }
  if (kept === undefined) return undefined;
  const end = kept.length - identity.length;
  const code = kept.subarray(0, end / 2);
  if (end <= 0 || kept.toString("latin1", end) !== identity) return undefined;
  return code.equals(kept.subarray(end / 2, end)) ? code : undefined;
}

/**
 * The content of a file that this user made for himself alone. Whoever owns a
 * folder above may put another in its place at any moment, so that only the open
 * file tells whose it is.
 */
function readOwn(file: string): Buffer | undefined {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { uid, mode, nlink } = fstatSync(fd);
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG;
    const isOurs = uid === process.geteuid?.() && (mode & 0o077) === 0 && nlink === 1;
    return isFile && isOurs ? readFileSync(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}

function writeCache(cache: string, identity: string, code: Buffer): void {
  const whole = `${cache}.${process.pid}`;
  try {
    writeFileSync(whole, Buffer.concat([code, code, Buffer.from(identity, "latin1")]), {
      mode: 0o600,
      // Not into what somebody else has put there.
      flag: "wx",
    });
    renameSync(whole, cache);
  } catch {
    // A full disk must not fail a command that has done its work.
    rmSync(whole, { force: true });
  }
}
