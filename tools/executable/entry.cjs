/*
 * What Node runs in the single-file program: puts the files of the package where they can be loaded, and starts the
 * program among them, as if it had been installed.
 */
const { createRequire } = require("node:module");
const path = require("node:path");
const sea = require("node:sea");
const { calledAs } = require("./called-as.cjs");
const { unpack } = require("./unpack.mjs");

const { digest, files, program } = JSON.parse(sea.getAsset("contents.json", "utf8"));
const { folder, isForThisRunOnly, remove } = unpack(
  digest,
  files,
  (name) => sea.getRawAsset(name),
  process.env,
);
if (isForThisRunOnly) process.on("exit", remove);
process.argv[1] = calledAs(process.argv0, process.execPath, process.env);
const file = path.join(folder, program);
createRequire(file)(file);
