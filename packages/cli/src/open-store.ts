import { existsSync } from "node:fs";

import type { ContainerStore, OpenOptions, StowageError } from "@stowage/store";

import type { CommandContext } from "./context.ts";
import { isStowageError } from "./report-error.ts";

/** What a command may do to the store: see `CommandContext.withStore`. */
export type Access = "read" | "examine" | "change" | "mend" | "make" | "serve";

/**
 * Opens the store that the command line names. The store's code is loaded here
 * and not before, so that `--help` and wrong usage cost nothing.
 *
 * Rejects as the store's `openContainerStore`, and with ERR_STORE_NOT_FOUND
 * unless `access` is "make" or "serve": a mistyped path must not become a new store.
 *
 * @param onRefused told why the store could only be opened to be read
 */
export async function openStore(
  context: CommandContext,
  access: Access,
  onRefused?: (reason: unknown) => void,
): Promise<ContainerStore> {
  const { openContainerStore } = await import("@stowage/store");
  const { location, globals } = context;
  const mayMake = access === "make" || access === "serve";
  if (!mayMake && !existsSync(location.dir)) throw await storeMissing(context);
  if (globals.write === true && globals.podman === true && access !== "read" && access !== "examine") {
    await context.remark(
      "warning: podman keeps its own list of containers, and learns nothing of what is changed here: it does not know " +
        "containers that are made, nor miss those that are removed, until it stumbles over them",
    );
  }
  const options: OpenOptions = {
    ...location,
    readOnly: globals.readOnly,
    // The programs that a graph root is shared with know kernel locks only; the store refuses portable ones there.
    lock: globals.graphRoot !== undefined && globals.lock !== "portable" ? "kernel" : globals.lock,
    lockTimeout: globals.lockTimeout,
    quota: globals.quota === undefined ? undefined : { bytesPerContainer: globals.quota },
    signal: context.signal,
    acceptDamage: access === "examine" || access === "mend",
    onWarning: (message) => {
      void context.remark(`warning: ${message}`);
    },
  };
  try {
    return await openContainerStore(options);
  } catch (error) {
    // Somebody else's store, or one on a read-only medium, can still be looked at.
    const isLookedAt =
      access === "read" || access === "examine" || (access === "serve" && existsSync(location.dir));
    if (isLookedAt && globals.readOnly === undefined && refusedToWrite(error)) {
      onRefused?.(error);
      return await openContainerStore({ ...options, readOnly: true });
    }
    throw error;
  }
}

/** There is no store where the command line says; it is not for us to advise to begin podman's. */
export async function storeMissing({ location: { dir }, globals }: CommandContext): Promise<StowageError> {
  const { StowageError } = await import("@stowage/store");
  const message =
    globals.podman === true
      ? `podman has made no store at ${dir} yet, and makes it with its first container`
      : `there is no store at ${dir}`;
  return new StowageError("ERR_STORE_NOT_FOUND", message, { path: dir });
}

function refusedToWrite(error: unknown): boolean {
  return isStowageError(error) && (error.code === "ERR_PERMISSION" || error.code === "ERR_STORE_READ_ONLY");
}
