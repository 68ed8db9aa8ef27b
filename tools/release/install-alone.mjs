import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "@stowage/run/places";
import { npm, run, tsc } from "./commands.mjs";

/**
 * Installs one packed package into an empty project and uses it there. Its siblings are not published
 * yet: `all` has the tarballs that stand for them. Resolves to what its program printed.
 */
export async function installAlone(packed, all, project) {
  const { name } = packed.manifest;
  await mkdir(project, { recursive: true });
  const siblings = all.filter((other) => other.manifest.name !== name);
  await writeFile(
    path.join(project, "package.json"),
    JSON.stringify({
      name: "empty-project",
      private: true,
      type: "module",
      dependencies: { [name]: `file:${packed.file}` },
      overrides: Object.fromEntries(siblings.map((other) => [other.manifest.name, `file:${other.file}`])),
    }),
  );
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline", "--ignore-scripts"];
  await run(npm(), ["install", ...quiet], { cwd: project });
  const { bin, exports } = packed.manifest;
  const printed = [];
  for (const file of Object.values(bin ?? {})) {
    printed.push(await run(path.join(project, "node_modules", name, file), ["--version"], { cwd: project }));
  }
  if (exports?.["."] !== undefined) printed.push(await importIt(name, project));
  return printed.join("").trim();
}

async function importIt(name, project) {
  const program = path.join(project, "program.mjs");
  await writeFile(
    program,
    `import * as module from ${JSON.stringify(name)};
     const names = Object.keys(module);
     if (names.length === 0) throw new Error("it exports nothing");
     console.log("exports", names.join(" "));`,
  );
  const printed = await run(program, [], { cwd: project });
  // The types of a package must not need anything that it does not bring.
  await writeFile(
    path.join(project, "program.ts"),
    `import * as module from ${JSON.stringify(name)};\nvoid module;\n`,
  );
  const types = ["--types", "node", "--typeRoots", path.join(root, "node_modules/@types")];
  const target = ["--module", "nodenext", "--target", "es2022", "--lib", "es2023,esnext.disposable"];
  await run(tsc, ["--noEmit", "--strict", ...target, ...types, "program.ts"], { cwd: project });
  return printed;
}
