#!/usr/bin/env node
// node tools/attack/view-load.mjs [CONTAINERS...]
// What `stowage top` and `stowage ui`, with its page, do for ten seconds in which another process makes about a thousand
// changes a second: their share of a processor, redraws, memory, keys, and whether they show the end. Build first.
import { loadBundled } from "@stowage/test-kit/load-bundled";

const { launch } = await loadBundled(import.meta.dirname, "src/views/launch.ts");
await launch("load", process.argv.slice(2));
