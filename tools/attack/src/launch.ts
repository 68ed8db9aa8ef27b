import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundledChild, repositoryRoot } from "@stowage/test-kit";
import type { stress as Stress } from "./stress.ts";

/** Runs the long forms from the sources as they are; resolves to an exit code. */
export async function launch(args: readonly string[]): Promise<number> {
  const program = await bundledChild(path.join(repositoryRoot, "tools/attack/src/stress.ts"));
  const { stress } = (await import(pathToFileURL(program).href)) as { stress: typeof Stress };
  return await stress(args);
}
