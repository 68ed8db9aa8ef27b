/** How every library package is built: one ESM file, its types, and a map back to the source. */
export const library = {
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "node20",
  platform: "node",
  dts: true,
  sourcemap: true,
  clean: true,
  treeshake: true,
};
