import type { Call } from "../call.ts";
import { NeedsRealProgram } from "../errors.ts";

/** The release of containers/storage that this face is modelled on. */
const RELEASE = "1.57.2";

type Pairs = readonly (readonly [string, string])[];

async function print(call: Call, pairs: Pairs): Promise<number> {
  if (call.values.json) await call.outJson(pairs);
  else for (const [key, value] of pairs) await call.err(`${key}: ${value}\n`);
  return 0;
}

export async function status(call: Call): Promise<number> {
  const { graphRoot, runRoot, driver } = call.location;
  // The vfs driver has nothing to tell; the others look at the file system below them.
  if (driver !== "vfs") throw new NeedsRealProgram(`the status of the ${driver} driver`);
  return print(call, [
    ["Root", graphRoot],
    ["Run Root", runRoot],
    ["Driver Name", driver],
    ["Driver Options", `[${call.storeValues.driverOptions.join(" ")}]`],
  ]);
}

export async function version(call: Call): Promise<number> {
  if (call.hasRealProgram) throw new NeedsRealProgram("its own version");
  return print(call, [["Version", RELEASE]]);
}
