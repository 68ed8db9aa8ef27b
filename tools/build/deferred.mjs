import { builtinModules, createRequire } from "node:module";

/**
 * Plugins for esbuild that keep out of a program's start what few of its runs need.
 * Both are for CommonJS output, where a module is loaded by a call.
 */

/**
 * Node's own modules of these names are loaded when something of them is first
 * used. Only for modules whose exports are a plain object, not a class or function.
 */
export function builtinsWhenUsed(names) {
  for (const name of names) {
    if (!builtinModules.includes(name)) throw new Error(`${name} is no module of Node`);
  }
  return {
    name: "builtins-when-used",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(node:)?(${names.join("|")})$`) }, ({ path, namespace }) =>
        namespace === "builtin"
          ? { path, external: true }
          : { path: path.replace(/^node:/, ""), namespace: "builtin" },
      );
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => {
        const members = Object.keys(createRequire(import.meta.url)(path));
        const getters = members.map((member) => `get ${member}() { return load().${member}; }`);
        return {
          contents:
            `let loaded; const load = () => (loaded ??= require("node:${path}"));\n` +
            `module.exports = { ${getters.join(", ")} };`,
        };
      });
    },
  };
}

/**
 * What is imported dynamically by one of these names lies in a file of that name beside the program; so does
 * what is imported by a path of `files`, which says by which name.
 */
export function partsBeside(names, files = {}) {
  const parts = new Map([...names.map((name) => [name, name]), ...Object.entries(files)]);
  return {
    name: "parts-beside",
    setup(build) {
      // Without it the file would be loaded as an ES module, by a second loader.
      build.initialOptions.supported = { ...build.initialOptions.supported, "dynamic-import": false };
      build.onResolve({ filter: /./ }, ({ path, kind }) => {
        const part = kind === "dynamic-import" ? parts.get(path) : undefined;
        return part === undefined ? undefined : { path: part, namespace: "part" };
      });
      build.onResolve({ filter: /./, namespace: "part" }, ({ path }) => ({ path, external: true }));
      // A module between the two, since only here `default` means what it meant before the part was bundled.
      build.onLoad({ filter: /./, namespace: "part" }, ({ path }) => {
        const file = JSON.stringify(`./${path}.cjs`);
        return { contents: `export * from ${file}; export { default } from ${file};` };
      });
    },
  };
}
