import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";

/** A source of this tool by its path below `src`; bundles of it lie elsewhere. */
export const benchSource = (file: string): string => path.join(repositoryRoot, "tools/bench/src", file);
