import type { CompilePattern } from "../query/conditions.ts";

let loaded: Promise<CompilePattern> | undefined;

/**
 * Regular expressions in the syntax of Go's `regexp`, as podman's filters have
 * them, which need no more time than the text is long: names on disk may be
 * hostile. Loaded when it is first needed, since it takes half as long as all of
 * the store, and most programs never ask for a pattern.
 */
export async function loadPatterns(): Promise<CompilePattern> {
  loaded ??= import("re2js").then(({ RE2JS }) => (pattern) => {
    const compiled = RE2JS.compile(typeof pattern === "string" ? pattern : RE2JS.translateRegExp(pattern));
    return (text) => compiled.test(text);
  });
  return await loaded;
}
