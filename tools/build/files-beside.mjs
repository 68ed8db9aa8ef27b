import { cpSync, rmSync } from "node:fs";
import path from "node:path";

/** A plugin for esbuild: each build puts a copy of the folder `from`, as it is, beside what it makes, under `name`. */
export function filesBeside(name, from) {
  return {
    name: "files-beside",
    setup(build) {
      build.onEnd(({ errors }) => {
        if (errors.length > 0) return;
        const { outdir = ".", absWorkingDir = process.cwd() } = build.initialOptions;
        const to = path.resolve(absWorkingDir, outdir, name);
        rmSync(to, { recursive: true, force: true });
        cpSync(from, to, { recursive: true });
      });
    },
  };
}
