import type { Call } from "../call.ts";
import { CommandFailure, NeedsRealProgram } from "../errors.ts";

/** The full id of the container that is meant, after the layers and images that come before it. */
async function lookup(call: Call): Promise<string> {
  const kind = (await call.tree()).kindOf(call.ref);
  if (kind !== undefined) throw new NeedsRealProgram(`${call.ref}, which is ${named(kind)}`);
  const container = await call.store.find(call.ref, { signal: call.signal });
  if (container === undefined) throw new CommandFailure("layer not known");
  return container.id;
}

/** `a layer` or `an image`. */
export function named(kind: "layer" | "image"): string {
  return kind === "layer" ? "a layer" : "an image";
}

export async function getNames(call: Call): Promise<number> {
  const { names } = await call.store.get(await lookup(call), { signal: call.signal });
  if (call.values.json) await call.outJson(names);
  else await call.out(names.map((name) => `${name}\n`).join(""));
  return 0;
}

async function printNames(call: Call, names: readonly string[]): Promise<number> {
  if (call.values.json) await call.outJson(names.length === 0 ? null : names);
  return 0;
}

/** A name that another container has is taken from it, as the real program does. */
export async function addNames(call: Call): Promise<number> {
  const options = { signal: call.signal, onConflict: "steal" } as const;
  const { names } = await call.store.addNames(await lookup(call), call.values.names, options);
  return printNames(call, names);
}

export async function setNames(call: Call): Promise<number> {
  const options = { signal: call.signal, onConflict: "steal" } as const;
  const { names } = await call.store.setNames(await lookup(call), call.values.names, options);
  return printNames(call, names);
}

export async function removeNames(call: Call): Promise<number> {
  const options = { signal: call.signal };
  const { names } = await call.store.removeNames(await lookup(call), call.values.names, options);
  return printNames(call, names);
}
