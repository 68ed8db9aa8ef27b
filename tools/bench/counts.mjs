#!/usr/bin/env node
// node tools/bench/counts.mjs [--write]
// Holds what the store needs for each operation (bytes encoded, records decoded, system calls) against counts.json; no
// times. Exit code 1: something needs more or less than before.
import { loadBundled } from "@stowage/test-kit/load-bundled";

const { launch } = await loadBundled(import.meta.dirname, "src/counts/launch.ts");
process.exitCode = await launch(process.argv.slice(2));
