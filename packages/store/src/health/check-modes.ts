import { accessSync, constants, type Stats } from "node:fs";
import type { Finding } from "../options.ts";
import { finding } from "./findings.ts";

/** The modes of what belongs to a store. */
export const MODES = {
  file: 0o600,
  folder: 0o700,
  lock: 0o644,
  /** Others may share the run folder and look into it; what they can write there, they can take away. */
  run: 0o755,
} as const;
export type ModeOf = keyof typeof MODES;

/**
 * Whether somebody may do what he should not, or the owner may not do what he
 * must. A umask may have taken from what others could do.
 */
export function checkMode(path: string, stats: Stats, what: ModeOf): Finding[] {
  // Windows has no modes of this kind.
  if (process.platform === "win32") return [];
  const wanted = MODES[what];
  const mode = stats.mode & 0o777;
  const owner = wanted & 0o700;
  if ((mode & ~wanted) === 0 && (mode & owner) === owner) return [];
  const text = `${path} has the mode ${octal(mode)}, it should be ${octal(modeFor(stats, what))}`;
  const found = finding("CHECK_MODE_WRONG", text, { path });
  if (what !== "lock" || mayOpen(path)) return [found];
  // Whoever may not open it cannot take the lock, and so not repair it either.
  const action = `set its mode by hand (chmod ${octal(MODES.lock)}): as it is, nobody but root can change the store`;
  return [{ ...found, action, repair: "none" }];
}

function mayOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The mode that is right. What others may do in a folder that they share is only narrowed. */
export function modeFor(stats: Stats, what: ModeOf): number {
  return what === "run" ? (stats.mode & MODES.run) | 0o700 : MODES[what];
}

export const octal = (mode: number): string => mode.toString(8).padStart(4, "0");
