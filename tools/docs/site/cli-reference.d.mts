import type { DescribedCommand } from "@stowage/build/command-tree";

export declare function cliReference(program: DescribedCommand): Map<string, string>;
