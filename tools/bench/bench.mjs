#!/usr/bin/env node
// node tools/bench/bench.mjs [ROW...] [--n 100,1000,10000,100000] [--quick] [--json FILE] [--write-docs] [--from FILE]
// Measures the store side by side with the raw system calls, the Go library and other packages; see README.md.
import { loadBundled } from "@stowage/test-kit/load-bundled";

const { launch } = await loadBundled(import.meta.dirname, "src/launch.ts");
process.exitCode = await launch(process.argv.slice(2));
