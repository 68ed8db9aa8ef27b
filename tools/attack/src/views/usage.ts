import { readdirSync, readFileSync } from "node:fs";

/** What some processes have used: milliseconds of a processor, and MB of memory that they have now. */
export interface Usage {
  readonly cpu: number;
  readonly memory: number;
}

/** Of a process and of all that it has started. */
export function usageOf(pid: number): Usage {
  let cpu = 0;
  let memory = 0;
  for (const each of familyOf(pid)) {
    try {
      // Behind the name, which may have blanks in it: 100 ticks are a second on every Linux.
      const fields = readFileSync(`/proc/${each}/stat`, "utf8").split(") ").at(-1)!.split(" ");
      cpu += (Number(fields[11]) + Number(fields[12])) * 10;
      const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/status`, "utf8")) ?? [];
      memory += Number(kilobytes ?? 0) / 1024;
    } catch {
      // It has ended meanwhile.
    }
  }
  return { cpu, memory };
}

function familyOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)!.split(" ");
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOf = (each: number | undefined): boolean =>
    each !== undefined && (each === pid || isOf(parents.get(each)));
  return [...parents.keys()].filter(isOf);
}
