import { existsSync } from "node:fs";
import path from "node:path";

/** The program file of the npm that runs us, or that came with this Node; undefined when there is none. */
export function npmProgram() {
  const bin = path.dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    path.join(bin, "../lib/node_modules/npm/bin/npm-cli.js"),
    path.join(bin, "node_modules/npm/bin/npm-cli.js"),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
    "/usr/share/npm/bin/npm-cli.js",
  ];
  return places.find((place) => place?.endsWith("npm-cli.js") === true && existsSync(place));
}
