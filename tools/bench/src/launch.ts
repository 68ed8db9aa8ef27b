import { pathToFileURL } from "node:url";
import { bundledChild } from "@stowage/test-kit";
import type { bench as Bench } from "./main.ts";
import { benchSource } from "./measure/sources.ts";

/** Runs the measurements from the sources as they are; resolves to an exit code. */
export async function launch(args: readonly string[]): Promise<number> {
  const program = await bundledChild(benchSource("main.ts"));
  const { bench } = (await import(pathToFileURL(program).href)) as { bench: typeof Bench };
  return await bench(args);
}
