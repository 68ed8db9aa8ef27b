#!/usr/bin/env node
// node tools/docs/links.mjs [FILE...]
// Looks whether links and anchors of the documents lead to something in the repository, as a code host shows them.
import { spawn } from "node:child_process";
import path from "node:path";
import { root } from "@stowage/run/places";
import { sources } from "./site/pages.mjs";

// From here its plugins are found.
const here = path.join(root, "tools/docs");
const remark = path.join(here, "node_modules/remark-cli/cli.js");
const files =
  process.argv.length > 2
    ? process.argv.slice(2).map((file) => path.resolve(file))
    : sources().map((source) => path.join(root, source));
// In remark.json the address is that of the repository: links to it are looked at, too, and no other address is asked.
const args = [
  remark,
  "--rc-path",
  "remark.json",
  "--no-config",
  "--no-ignore",
  "--no-color",
  "--frail",
  "--quiet",
  "--no-stdout",
  ...files,
];
const child = spawn(process.execPath, args, { cwd: here, stdio: "inherit" });
child.on("close", (code) => {
  if (code === 0) console.log(`the links of ${files.length} documents lead somewhere`);
  process.exitCode = code ?? 1;
});
