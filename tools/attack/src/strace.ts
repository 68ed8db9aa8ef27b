import { spawnSync } from "node:child_process";

/** Why there can be no tracing here, if there can be none; what needs it then skips. */
export const noStrace: string | undefined = (() => {
  if (process.platform !== "linux") return "strace is a program of Linux";
  const tried = spawnSync("strace", ["-f", "-qq", "-e", "trace=none", "-o", "/dev/null", "true"]);
  if (tried.error !== undefined) return "strace is not installed";
  return tried.status === 0 ? undefined : "strace may not trace here";
})();

/** A system call as strace reports it. */
export interface SystemCall {
  readonly name: string;
  /** What stands between the parentheses. */
  readonly args: string;
  /** Negative when the call failed. */
  readonly result: number;
  /** Positions in the log: calls of several threads overlap. */
  readonly start: number;
  readonly end: number;
}

/** Reads a log of `strace -f -o FILE`: the calls in the order in which they ended. */
export function readTrace(log: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const begun = new Map<string, { name: string; args: string; start: number }>();
  for (const [position, line] of log.split("\n").entries()) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const unfinished = /^(\w+)\((.*) <unfinished \.\.\.>$/s.exec(rest);
    if (unfinished !== null) {
      const [, name = "", args = ""] = unfinished;
      begun.set(thread, { name, args, start: position });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)\) += (-?\d+)/s.exec(rest);
    if (resumed !== null) {
      const first = begun.get(thread);
      if (first === undefined) continue;
      begun.delete(thread);
      const [, args = "", result] = resumed;
      calls.push({ ...first, args: first.args + args, result: Number(result), end: position });
      continue;
    }
    const whole = /^(\w+)\((.*)\) += (-?\d+)/s.exec(rest);
    if (whole === null) continue;
    const [, name = "", args = "", result] = whole;
    calls.push({ name, args, result: Number(result), start: position, end: position });
  }
  return calls;
}

/** The strings among the arguments, of a log written with `-xx`. */
export function stringsIn(args: string): Buffer[] {
  return [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) =>
    Buffer.from(hex.replaceAll("\\x", ""), "hex"),
  );
}
