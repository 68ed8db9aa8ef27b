import path from "node:path";

/** How many different random parts the names of temporary files have here. */
export const RANDOM_PARTS = 16;

/** Every path in a store that system calls of the program may be about, for `strace -P`. */
export function pathsOf(dir: string, ids: readonly string[], items: readonly string[]): string[] {
  const names = ["containers.json", "volatile-containers.json", "containers.lock", ...ids];
  const inFolders = ids.flatMap((id) => items.map((item) => `${id}/${item}`));
  for (let part = 0; part < RANDOM_PARTS; part += 1) {
    const [short, long] = [8, 12].map((length) => Buffer.alloc(length, part).toString("hex"));
    names.push(`.tmp-containers.json${short}`, `.tmp-volatile-containers.json${short}`, `.tmp-${short}`);
    names.push(`.tmp-${long}`, `.stowage-removed-${long}`);
    inFolders.push(...items.map((item) => `.stowage-removed-${long}/${item}`));
  }
  return [dir, ...[...names, ...inFolders].map((name) => path.join(dir, name))];
}
