import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Application } from "typedoc";
import { root } from "@stowage/run/places";

/** The packages that programs import, from the lowest to the highest. */
export const LIBRARIES = ["store", "lockfile", "atomic-file", "truncindex"];

/** Writes a page for each thing that the packages export, from their docstrings. Needs a build: types of siblings. */
export async function writeApiReference(folder, temporary) {
  const entries = LIBRARIES.map((name) => path.join(root, "packages", name, "src/index.ts"));
  const tsconfig = path.join(temporary, "tsconfig.api.json");
  const options = {
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [path.join(root, "node_modules/@types")],
  };
  await writeFile(
    tsconfig,
    JSON.stringify({
      extends: path.join(root, "tsconfig.base.json"),
      compilerOptions: options,
      include: [path.join(root, "packages/*/src/**/*.d.ts"), ...entries],
    }),
  );
  const app = await Application.bootstrapWithPlugins({
    name: "API",
    entryPoints: entries,
    tsconfig,
    plugin: ["typedoc-plugin-markdown"],
    outputs: [{ name: "markdown", path: folder }],
    readme: "none",
    disableGit: true,
    gitRevision: "main",
    basePath: root,
    displayBasePath: root,
    sourceLinkTemplate: "https://github.com/stowage/stowage/blob/main/{path}#L{line}",
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    logLevel: "Error",
    hideBreadcrumbs: true,
    hidePageHeader: true,
    entryFileName: "index",
    useCodeBlocks: true,
    expandObjects: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "list",
    validation: { notExported: false, invalidLink: true, notDocumented: false },
  });
  const project = await app.convert();
  if (project === undefined || app.logger.hasErrors()) throw new Error("the API reference cannot be made");
  // They are called by their folders otherwise.
  for (const module of project.children ?? []) module.name = module.name.replace(/^packages\/|\/src$/g, "");
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error("the API reference cannot be written");
}
