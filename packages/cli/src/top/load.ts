import type { runTop } from "./run-top.tsx";

/**
 * Loads the view, which is an ES module of its own: the terminal library cannot be anything else,
 * and nobody else is to wait for it. The build makes a file of this that Node loads by itself, as `import`
 * is not to be had in the code that the program keeps compiled.
 */
export async function loadTop(): Promise<{ readonly runTop: typeof runTop }> {
  return await import("./run-top.tsx");
}
