import { lockFileError, LockFileError, type LockProtocol } from "./errors.ts";
import { requireLocks, type LoadedLocks } from "./protocols/addon.ts";
import { KernelProtocol } from "./protocols/kernel.ts";
import type { Inherit } from "./protocols/leases.ts";
import { makePortable, protocolMismatch, readProtocol } from "./protocols/marker.ts";
import { PortableProtocol } from "./protocols/portable.ts";
import type { Protocol } from "./protocols/protocol.ts";

export interface ProtocolChoice {
  readonly protocol: "auto" | LockProtocol;
  readonly readOnly: boolean;
  readonly stale: number;
  readonly addon: LoadedLocks;
  readonly inherit: Inherit;
}

/** How often the store may turn out to be another one while it is being made, by others, at the same time. */
const tries = 5;

/** Opens a lock file by the protocol of the store on disk, or makes it with the one that was asked for. */
export function openProtocol(lockFile: string, choice: ProtocolChoice): Protocol {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return open(lockFile, choice);
    } catch (error) {
      const changed = error instanceof LockFileError && error.code === "ERR_LOCK_PROTOCOL";
      // Whoever asked for no protocol takes what the other maker chose.
      if (choice.protocol === "auto" && changed && attempt < tries) continue;
      throw lockFileError(lockFile, "open", error);
    }
  }
}

function open(lockFile: string, choice: ProtocolChoice): Protocol {
  const { protocol: asked, readOnly, stale, addon, inherit } = choice;
  const onDisk = readProtocol(lockFile);
  if (asked !== "auto" && onDisk !== undefined && onDisk !== asked) throw protocolMismatch(lockFile, asked);
  const chosen = onDisk ?? (asked === "auto" ? defaultProtocol(lockFile, addon) : asked);
  if (chosen === "portable") {
    if (!readOnly) makePortable(lockFile);
    return new PortableProtocol(lockFile, { readOnly, stale, inherit });
  }
  const kernel = new KernelProtocol(lockFile, readOnly, requireLocks(lockFile, addon));
  kernel.open();
  return kernel;
}

/** Portable only where the addon does not load at all: what a store is made as, it stays. */
function defaultProtocol(lockFile: string, addon: LoadedLocks): LockProtocol {
  if ("failure" in addon && addon.momentary === undefined) return "portable";
  requireLocks(lockFile, addon);
  return "kernel";
}
