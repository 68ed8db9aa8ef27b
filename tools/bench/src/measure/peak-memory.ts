import { readFileSync, writeFileSync } from "node:fs";

/*
 * `process.resourceUsage().maxRSS` will not do: a process inherits it from the one that started it. The system's own mark
 * begins with the program, and can be set back.
 */

/** Sets the mark back to what is resident now; gives that, in bytes. */
export function resetPeak(): number {
  writeFileSync("/proc/self/clear_refs", "5");
  return peak();
}

/** The most that was resident since the mark was set back, in bytes. */
export function peak(): number {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  if (kilobytes === undefined) throw new Error("this system does not tell how much was resident at most");
  return Number(kilobytes) * 1024;
}
