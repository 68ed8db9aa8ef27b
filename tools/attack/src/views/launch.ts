import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundledChild, repositoryRoot } from "@stowage/test-kit";

/** Runs one of the measurements beside this file from the sources as they are, for stores of so many containers. */
export async function launch(name: "latency" | "load", sizes: readonly string[]): Promise<void> {
  const program = await bundledChild(path.join(repositoryRoot, `tools/attack/src/views/${name}.ts`));
  const { measure } = (await import(pathToFileURL(program).href)) as {
    measure: (containers: number) => Promise<void>;
  };
  const usual = name === "latency" ? [1000, 10_000] : [100, 10_000];
  for (const containers of sizes.length > 0 ? sizes.map(Number) : usual) await measure(containers);
}
