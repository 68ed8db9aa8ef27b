#!/usr/bin/env node
// node tools/release/audit.mjs
// Asks the registry for known weaknesses of every dependency. Exit code 1: one is in what the published packages
// bring with them, or the answer cannot be judged. Where no registry can be asked it says so, and ends with 0. Needs a build.
import { judgeAudit } from "./audit-answer.mjs";
import { outcome, pnpm } from "./commands.mjs";
import { shippedPackages } from "./shipped.mjs";

// Not `--prod`: it would leave out what is bundled into the program, whose dependencies are there for the build only.
const { stdout, stderr } = await outcome(pnpm, ["audit", "--json"]);
const { failed, lines } = await judgeAudit(stdout, shippedPackages);
for (const line of lines) console.log(line);
if (failed && stderr !== "") console.error(stderr);
process.exitCode = failed ? 1 : 0;
