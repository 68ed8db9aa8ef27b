import type { Call } from "../call.ts";
import { CommandFailure, NeedsRealProgram } from "../errors.ts";
import { storeErrorText } from "../store-errors.ts";

/** These are about all of the tree: ours only where it holds nothing but containers. */
export async function requireContainersOnly(call: Call): Promise<void> {
  const tree = await call.tree();
  if (call.hasRealProgram || tree.images.length > 0 || tree.layers.length > 0) {
    throw new NeedsRealProgram(
      `the layers and images of the store (\`stowage ${call.command}\` is about containers alone)`,
    );
  }
}

async function printEmpty(call: Call): Promise<number> {
  if (call.values.json) await call.outJson("");
  return 0;
}

export async function gc(call: Call): Promise<number> {
  await requireContainersOnly(call);
  await call.store.gc({ signal: call.signal });
  return printEmpty(call);
}

export async function wipe(call: Call): Promise<number> {
  await requireContainersOnly(call);
  try {
    await call.store.wipe({ signal: call.signal });
  } catch (error) {
    call.signal.throwIfAborted();
    if (call.values.json) {
      // All that Go's encoder makes of an error.
      await call.outJson({});
      return 1;
    }
    throw new CommandFailure(`${call.command}: ${storeErrorText(error)}`, { cause: error });
  }
  return printEmpty(call);
}
