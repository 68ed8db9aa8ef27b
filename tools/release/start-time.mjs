import { spawnSync } from "node:child_process";

/** Milliseconds from the start of a program to its end: the median of several, after two that are not counted. */
export function startTime([program, ...args], options) {
  const times = [];
  for (let turn = -2; turn < 11; turn += 1) {
    const began = performance.now();
    const { status, error, stderr } = spawnSync(program, args, {
      ...options,
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (error !== undefined || status !== 0)
      throw error ?? new Error(`${program} ended with ${status}: ${stderr}`);
    if (turn >= 0) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[5];
}
