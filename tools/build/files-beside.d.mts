import type { Plugin } from "esbuild";

export function filesBeside(name: string, from: string): Plugin;
