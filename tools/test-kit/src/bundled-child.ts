import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { repositoryRoot, workspaceSources } from "./repository.ts";

const bundles = new Map<string, Promise<string>>();

/**
 * Makes a program that plain Node can run out of a TypeScript file and the sources it imports, the
 * workspace's packages included; resolves to its path. So a test forks real processes in a clone in
 * which nothing has been built. `file` is an absolute path or a file URL.
 */
export function bundledChild(file: string | URL): Promise<string> {
  const entry =
    typeof file === "string" && !file.startsWith("file:") ? path.resolve(file) : fileURLToPath(file);
  let bundle = bundles.get(entry);
  if (bundle === undefined) {
    bundle = bundleOf(entry);
    bundles.set(entry, bundle);
  }
  return bundle;
}

async function bundleOf(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    logLevel: "silent",
    plugins: [workspacePlugin],
  });
  const code = result.outputFiles[0];
  if (code === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  const hash = createHash("sha256").update(entry).update(code.contents).digest("hex").slice(0, 16);
  const folder = path.join(repositoryRoot, "node_modules/.cache/stowage-children");
  const target = path.join(folder, `${path.basename(entry, ".ts")}-${hash}.mjs`);
  await mkdir(folder, { recursive: true });
  // Test files run side by side and may make the same child: it appears whole, whoever is last.
  const temporary = `${target}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(temporary, code.contents);
  await rename(temporary, target);
  return target;
}

/** Sources for our own packages; everything from npm stays where it is installed, under its full path. */
const workspacePlugin: Plugin = {
  name: "workspace",
  setup(setup) {
    setup.onResolve({ filter: /^[^./]/ }, async (args) => {
      const source = workspaceSources.get(args.path);
      if (source !== undefined) return { path: source };
      if (args.kind === "entry-point" || args.pluginData === "resolved" || args.path.startsWith("node:"))
        return;
      const { errors, path: resolved } = await setup.resolve(args.path, {
        kind: args.kind,
        resolveDir: args.resolveDir,
        importer: args.importer,
        pluginData: "resolved",
      });
      if (errors.length > 0) return { errors };
      // What is not a path is a module of Node itself.
      return { path: path.isAbsolute(resolved) ? pathToFileURL(resolved).href : resolved, external: true };
    });
  },
};
