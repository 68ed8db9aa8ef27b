import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/*
 * A lock out of nothing but files, since this runs before anything is installed.
 *
 * The lock is a row of numbered files, each of which appears whole (by a hard link) and never
 * changes: the highest number counts, and says who works or that nobody does. To take or to give
 * back the lock is to make the next number, which only one can do. Lower numbers mean nothing and
 * are removed by whoever made a higher one; who makes a number that was removed before sees the
 * higher one beside it and steps back.
 */

const HOLDER_UNSEEN_MS = 15 * 60_000;
const PAUSE_MS = 100;
const WITHOUT_LOCK = new Set(["EPERM", "EACCES", "EROFS", "ENOTSUP", "ENOSYS"]);

/** Runs `work` while no other process runs its own for this folder. `onWait` is called once if it has to wait. */
export async function onceAtATime(folder, work, onWait) {
  const number = await take(folder, onWait);
  try {
    return await work();
  } finally {
    if (number !== undefined) claim(folder, number + 1, { free: true });
  }
}

async function take(folder, onWait) {
  try {
    mkdirSync(folder, { recursive: true });
    for (let waited = false; ; waited = true) {
      const last = highest(folder);
      if (last === 0 || isFree(path.join(folder, String(last)))) {
        if (claim(folder, last + 1, self())) return last + 1;
        continue;
      }
      if (!waited) onWait?.();
      await sleep(PAUSE_MS);
    }
  } catch (error) {
    // No hard links here, or nothing may be written: better without a lock than not at all.
    if (WITHOUT_LOCK.has(error.code)) return undefined;
    throw error;
  }
}

function highest(folder) {
  return Math.max(
    0,
    ...readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  );
}

/** Makes the file of that number; false when somebody was first. */
function claim(folder, number, content) {
  const temporary = path.join(folder, `.${randomUUID()}`);
  writeFileSync(temporary, JSON.stringify(content));
  try {
    linkSync(temporary, path.join(folder, String(number)));
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  if (highest(folder) > number) {
    rmSync(path.join(folder, String(number)), { force: true });
    return false;
  }
  for (const name of readdirSync(folder)) {
    if (/^\d+$/.test(name) && Number(name) < number) rmSync(path.join(folder, name), { force: true });
  }
  return true;
}

function self() {
  return {
    pid: process.pid,
    started: startOf(process.pid),
    since: Date.now(),
    host: hostname(),
    namespace: pidNamespace(),
  };
}

function isFree(file) {
  let holder;
  try {
    holder = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Removed meanwhile, since there is a higher number: look again.
    return false;
  }
  if (holder.free === true) return true;
  if (holder.host !== hostname() || holder.namespace !== pidNamespace()) {
    // Somebody whose processes cannot be seen from here: only time can tell.
    return Date.now() - holder.since > HOLDER_UNSEEN_MS;
  }
  return !isAlive(holder.pid) || holder.started !== startOf(holder.pid);
}

/** Whether there is a process of that number, whoever's it is. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

/** Tells a process from a later one that got its number; undefined where the system does not say. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")")).split(" ")[20];
  } catch {
    return undefined;
  }
}

function pidNamespace() {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}
