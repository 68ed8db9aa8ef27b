import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the clone. It may hold spaces: it is never put into a shell's command line. */
export const root = path.resolve(fileURLToPath(import.meta.url), "../../..");

/** Set-up keeps its stamps with what it set up: who removes node_modules removes them too. */
export const stampFolder = path.join(root, "node_modules/.cache/stowage");

/** Ignored by git, and there before node_modules is: locks and logs. */
export const workFolder = path.join(root, ".cache");

export const vitestProgram = path.join(root, "node_modules/vitest/vitest.mjs");
