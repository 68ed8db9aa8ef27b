#!/usr/bin/env node
// node tools/attack/stress.mjs [NAME...] [--size N]
// The long forms of the attacks; N, 1 by default, makes them larger or smaller. Exit code 1: a promise is broken.
import { loadBundled } from "@stowage/test-kit/load-bundled";

const { launch } = await loadBundled(import.meta.dirname, "src/launch.ts");
process.exitCode = await launch(process.argv.slice(2));
