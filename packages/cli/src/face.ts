import path from "node:path";

/**
 * The arguments for the compatible face, which is called by a link named
 * `containers-storage` or by the word `compat`; undefined where the program is called
 * as itself. Apart from the face, so that nothing of it is loaded to find that out.
 */
export function argumentsOfCompat(file: string, argv: readonly string[]): readonly string[] | undefined {
  if (path.basename(file) === "containers-storage") return argv;
  return argv[0] === "compat" ? argv.slice(1) : undefined;
}
