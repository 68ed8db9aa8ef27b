import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "@stowage/run/places";

/** The pages that people read, from the folder of the clone; decisions and guides too. */
export function documents() {
  return [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...readdirSync(path.join(root, "packages")).map((name) => `packages/${name}/README.md`),
    ...readdirSync(path.join(root, "docs"), { recursive: true })
      .map((name) => `docs/${name}`)
      .filter((name) => name.endsWith(".md") && !name.includes("/.")),
  ]
    .filter((name) => existsSync(path.join(root, name)))
    .sort();
}

/**
 * The pieces of code of a page, in their order, with their language.
 */
export function codeBlocks(text) {
  return [...text.matchAll(/^( *)```(\w+)[^\n]*\n([^]*?)^\1```$/gm)].map(
    ([, indent = "", language = "", code = ""]) => ({
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

export const blocksOf = (document) => codeBlocks(readFileSync(path.join(root, document), "utf8"));
