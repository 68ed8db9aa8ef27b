import type { Call } from "../call.ts";
import { NeedsRealProgram } from "../errors.ts";
import { goMap } from "../records.ts";
import { storeErrorText } from "../store-errors.ts";
import { removeRunFolder } from "./folders.ts";
import { named } from "./names.ts";

/** `delete`: with a container's layer. Without that, or for a layer or image, it is not ours. */
export async function deleteThings(call: Call): Promise<number> {
  return each(call, async (ref) => {
    const tree = await call.tree();
    const container = await call.store.find(ref, { signal: call.signal });
    if (container !== undefined) {
      if (tree.layerExists(container.layer)) throw new NeedsRealProgram(`the layer of container ${ref}`);
      return "identifier is not a layer";
    }
    if (tree.imageOf(ref) !== undefined) throw new NeedsRealProgram(`${ref}, which is ${named("image")},`);
    if (tree.layerExists(ref)) throw new NeedsRealProgram(`${ref}, which is ${named("layer")},`);
    return "layer not known";
  });
}

export async function deleteContainers(call: Call): Promise<number> {
  const { store, signal } = call;
  const tree = await call.tree();
  return each(call, async (ref) => {
    const container = await store.find(ref, { signal });
    if (container === undefined) return "identifier is not a container";
    if (tree.layerExists(container.layer)) throw new NeedsRealProgram(`the layer of container ${ref}`);
    return async () => {
      await store.delete(container.id, { signal });
      await removeRunFolder(call, container.id);
    };
  });
}

/** What is to be done with an argument: nothing and its text, or the work. */
type Plan = string | (() => Promise<void>);

/**
 * Plans for each argument, then does it and tells what failed. The real program
 * gets all of them when it is needed for one, so nothing may have been done by
 * then; where there is none, that one fails and the others are done.
 */
async function each(call: Call, plan: (ref: string) => Promise<Plan>): Promise<number> {
  if (call.hasRealProgram) for (const ref of call.args) await plan(ref);
  const failures = new Map<string, string>();
  for (const ref of call.args) {
    try {
      const planned = await plan(ref);
      if (typeof planned !== "string") await planned();
      failures.set(ref, typeof planned === "string" ? planned : "");
    } catch (error) {
      call.signal.throwIfAborted();
      failures.set(
        ref,
        error instanceof NeedsRealProgram ? refusal(error, call.hasRealProgram) : storeErrorText(error),
      );
    }
  }
  if (call.values.json) {
    await call.outJson(goMap(failures));
  } else {
    for (const [ref, text] of failures) if (text !== "") await call.err(`${ref}: ${text}\n`);
  }
  return [...failures.values()].every((text) => text === "") ? 0 : 1;
}

/** A layer that came up only after the planning is told too, and the next call is passed on. */
function refusal({ message }: NeedsRealProgram, isInstalled: boolean): string {
  return `${message} is for containers-storage to remove${isInstalled ? "" : ", which is not installed"}`;
}
