import { createHook } from "node:async_hooks";
import { readdirSync, readFileSync } from "node:fs";

/** How many watchers Node made while this ran; they need not be open any more. */
export async function madeDuring(work: () => Promise<void>): Promise<number> {
  let made = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "FSEVENTWRAP") made += 1;
    },
  });
  hook.enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return made;
}

/** How many files and folders the kernel watches for this process (Linux). */
export function watchedByKernel(): number {
  let watched = 0;
  for (const fd of readdirSync("/proc/self/fdinfo")) {
    try {
      const about = readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
      watched += about.split("\n").filter((line) => line.startsWith("inotify wd:")).length;
    } catch {
      // The descriptor with which the folder was listed is closed by now.
    }
  }
  return watched;
}
