import type { Plugin } from "esbuild";

export function builtinsWhenUsed(names: readonly string[]): Plugin;
export function partsBeside(names: readonly string[], files?: Readonly<Record<string, string>>): Plugin;
