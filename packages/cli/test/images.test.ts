import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { expect, it } from "vitest";

import { bench } from "./support/program.ts";
import { violations } from "./support/schemas.ts";

const id = (digit: string): string => digit.repeat(64);

interface Listed {
  readonly id: string;
  readonly image: string;
  readonly imageNames?: readonly string[];
  readonly missing?: readonly string[];
}

it("knows images by name in a containers/storage tree, and shows what is gone", async () => {
  await using place = await bench();
  const root = path.join(place.folder, "root");
  for (const kind of ["containers", "images", "layers"])
    mkdirSync(path.join(root, `vfs-${kind}`), { recursive: true });
  const file = path.join(root, "vfs-images/images.json");
  const images = [
    { id: id("a"), names: ["docker.io/library/alpine:latest"], layer: id("1") },
    { id: id("b"), names: ["localhost/tool:1"], layer: id("1") },
    { id: id("c"), names: ["quay.io/x/tool:1"], layer: id("1") },
  ];
  writeFileSync(file, JSON.stringify(images));
  writeFileSync(path.join(root, "vfs-layers/layers.json"), JSON.stringify([{ id: id("1") }]));
  const tree = ["--graph-root", root];

  await place.done(...tree, "create", "--id", "one", "--image", "alpine", "--layer", id("1"));
  await place.done(...tree, "create", "alpine", "--id", "two");
  const kept = await place.run(...tree, "create", "nginx", "--id", "three", "--layer", id("2"));
  expect([kept.code, kept.stderr]).toEqual([0, expect.stringContaining('"nginx" is no image')]);
  const refused = await place.run(...tree, "create", "--image", "nginx", "--json");
  expect([refused.code, JSON.parse(refused.stderr)]).toMatchObject([
    1,
    { error: { code: "ERR_IMAGE_UNKNOWN" } },
  ]);
  for (const words of [["tool:1"], ["--image", "tool:1"]]) {
    const several = await place.run(...tree, "create", ...words);
    expect(several.code).toBe(1);
    expect(several.stderr).toContain("it could be localhost/tool:1, quay.io/x/tool:1");
  }
  expect((await place.run(...tree, "create", "a", "--image", "b")).code).toBe(2);

  const listed = await place.json<Listed[]>(...tree, "ls");
  expect(violations("ls", listed)).toBeUndefined();
  expect(listed).toMatchObject([
    { id: "one", image: id("a"), imageNames: ["docker.io/library/alpine:latest"], missing: [] },
    { id: "two", image: id("a"), missing: [] },
    { id: "three", image: "nginx", imageNames: [], missing: ["image", "layer"] },
  ]);
  const table = await place.done(...tree, "ls");
  expect(table).toMatch(/one .*docker\.io\/library\/alpine:latest .*1{12} /);
  expect(table).toMatch(/three .*nginx \(gone\) .*2{12} \(gone\)/);

  // Damage of others is told, and the list is there all the same.
  writeFileSync(file, "[{");
  const damaged = await place.run(...tree, "ls");
  expect([damaged.code, damaged.stderr]).toEqual([
    0,
    expect.stringContaining("images.json cannot be understood"),
  ]);
  expect(damaged.stdout).toContain("three");
  const [first] = await place.json<Listed[]>(...tree, "ls");
  expect(first).not.toHaveProperty("imageNames");
  expect((await place.run(...tree, "create", "--image", "alpine")).code).toBe(3);
  expect(await place.done(...tree, "create", "alpine", "--id", "four")).toBe("four\n");

  for (const kind of ["images", "layers"]) rmSync(path.join(root, `vfs-${kind}`), { recursive: true });
  const bare = await place.run(...tree, "ls");
  expect(bare.stderr).toBe("");
  expect((await place.json<Listed[]>(...tree, "ls"))[0]).not.toHaveProperty("missing");
});
