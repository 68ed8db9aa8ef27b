import type { Command } from "commander";

import { UsageError } from "../errors.ts";

/** What a word of that name may not be without. `rm` of `name` takes an empty name away, as others may have given one. */
const refusals: ReadonlyMap<string, readonly [what: string, hint: string]> = new Map([
  [
    "container",
    ["the name of a container is empty", "give its id, a name, its layer, or the beginning of its id"],
  ],
  ["to", ["the name of a container is empty", "give its id, a name, its layer, or the beginning of its id"]],
  ["name", ["a name is empty", "leave it out, or give another"]],
]);

/**
 * In the store an empty reference is the container without a layer, whichever that is, as in Go. On a command line
 * it is a variable that was not set: `rm "$id"` must not remove anything then.
 */
export function refuseEmptyWords(command: Command): void {
  const takesAway = command.name() === "rm";
  command.registeredArguments.forEach((argument, index) => {
    const name = argument.name();
    const refusal = name === "name" && takesAway ? undefined : refusals.get(name);
    if (refusal !== undefined && [command.processedArgs[index]].flat().includes(""))
      throw new UsageError(...refusal);
  });
}
