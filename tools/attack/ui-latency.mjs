#!/usr/bin/env node
// node tools/attack/ui-latency.mjs [CONTAINERS...]
// How long it takes from a change until the page of `stowage ui` shows it, in a headless Chromium. Build first.
import { loadBundled } from "@stowage/test-kit/load-bundled";

const { launch } = await loadBundled(import.meta.dirname, "src/views/launch.ts");
await launch("latency", process.argv.slice(2));
