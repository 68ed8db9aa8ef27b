import type { Plugin } from "esbuild";
import type { DescribedCommand } from "./command-tree.mjs";

export declare function manPages(packageFolder: string): Plugin;
export declare function writeManPages(packageFolder: string): void;
export declare function pagesOf(
  program: DescribedCommand,
  about: { readonly version: string; readonly readme: string },
): Map<string, string>;
export declare function tableBelow(markdown: string, heading: string): string[][];
