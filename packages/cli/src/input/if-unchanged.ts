import { isDeepStrictEqual } from "node:util";

import { Option } from "commander";
import type { Container, ContainerOperations } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { ProgramError, UsageError } from "../errors.ts";
import { recordEncoder } from "../render/record.ts";
import { readInput, standardInput } from "./files.ts";

/** What `ifUnchangedOption` declares. */
export interface IfUnchangedFlags {
  readonly ifUnchanged?: string;
}

/** `--if-unchanged`, the same for every command that changes one container. */
export function ifUnchangedOption(which = "the container"): Option {
  return new Option(
    "--if-unchanged <file>",
    `only when ${which} is what this record says, as \`inspect\` or \`create --json\` printed it; - for standard input`,
  );
}

/**
 * Rejects unless a container is the one that the user has seen; that is to be asked
 * under the lock, or the container handed on as the store's `ifUnchanged`.
 */
export type AssertUnchanged = (container: Container) => void;

/**
 * Reads the record that `--if-unchanged` names; without it everything is as it was
 * seen. Rejects with ERR_FILE or wrong usage, before the store is touched.
 *
 * @param other what else is read from a file, which cannot be standard input, too
 */
export async function readSeen(
  context: CommandContext,
  { ifUnchanged: file }: IfUnchangedFlags,
  other?: string,
): Promise<AssertUnchanged> {
  if (file === undefined) return () => undefined;
  if (file === standardInput && other === standardInput) {
    throw new UsageError("standard input is given twice", "use - once, and a file for the rest");
  }
  const name = file === standardInput ? "standard input" : file;
  const records = recordsIn((await readInput(context, file)).toString(), name);
  const { StowageError } = await import("@stowage/store");
  const encode = await recordEncoder();
  return (container) => {
    const seen = records.find(({ id }) => id === container.id);
    if (seen === undefined) {
      throw new UsageError(`${name} has no record of ${container.id}`, "make one with `stowage inspect`");
    }
    const now = JSON.parse(encode(container).text) as object;
    if (isDeepStrictEqual({ ...now }, withoutAdditions(seen))) return;
    throw new StowageError(
      "ERR_CONTAINER_CHANGED",
      `container ${container.id} is not what it is in ${name}; nothing was changed`,
      { ref: container.id },
    );
  };
}

/** The container that `ref` means, as it was seen: to be handed on as `ifUnchanged`. Undefined where nothing was asked. */
export async function seenContainer(
  store: ContainerOperations,
  ref: string,
  { ifUnchanged }: IfUnchangedFlags,
  { assertUnchanged, signal }: { readonly assertUnchanged: AssertUnchanged; readonly signal: AbortSignal },
): Promise<Container | undefined> {
  if (ifUnchanged === undefined) return undefined;
  const container = await store.get(ref, { signal });
  assertUnchanged(container);
  return container;
}

interface SeenRecord {
  readonly id: string;
}

function recordsIn(text: string, name: string): readonly SeenRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notARecord(name, cause);
  }
  const records: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!records.every(isRecord)) throw notARecord(name, undefined);
  return records;
}

function isRecord(value: unknown): value is SeenRecord {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";
}

function notARecord(name: string, cause: unknown): ProgramError {
  return new ProgramError("ERR_FILE", `${name} is no record of a container`, {
    hint: "make one with `stowage inspect`",
    cause,
  });
}

/** `ls` says more than the record has. */
function withoutAdditions(record: SeenRecord): object {
  const {
    imageNames: _names,
    missing: _missing,
    ...rest
  } = record as SeenRecord & Readonly<Record<string, unknown>>;
  return rest;
}
