import { spawn } from "node:child_process";
import { once } from "node:events";

import type { CommandContext } from "../context.ts";

/**
 * Opens the address with the user's browser, where there is a desktop. Never fails: the address was printed. With
 * `isAsked` it is said when there is none.
 */
export async function openBrowser(
  context: CommandContext,
  url: string,
  { isAsked }: { readonly isAsked: boolean },
): Promise<void> {
  const program = openerFor(process.platform, context.surroundings.env);
  if (program === undefined) {
    if (isAsked) await context.remark("there is no desktop here: open the address yourself");
    return;
  }
  const child = spawn(program, [url], { stdio: "ignore", detached: true });
  child.unref();
  try {
    await once(child, "spawn");
  } catch {
    await context.remark(`${program} cannot be started: open the address yourself`);
  }
}

/** What opens an address on this desktop; undefined where there is none, and through ssh, where it would be another's. */
export function openerFor(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const has = (name: string): boolean => (env[name] ?? "") !== "";
  if (has("SSH_CONNECTION")) return undefined;
  if (platform === "darwin") return "open";
  return platform === "linux" && (has("DISPLAY") || has("WAYLAND_DISPLAY")) ? "xdg-open" : undefined;
}
