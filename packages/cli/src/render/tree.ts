import type { Container } from "@stowage/store";

import type { Tree } from "../images.ts";

/** Containers that stand on one layer. */
export interface LayerBranch {
  /** "" for containers without one. */
  readonly layer: string;
  /** Undefined where layers are not known. */
  readonly missing: boolean | undefined;
  readonly containers: readonly { readonly id: string; readonly names: readonly string[] }[];
}

/** What was made from one image. */
export interface ImageBranch {
  /** "" for containers without one. */
  readonly image: string;
  readonly names: readonly string[];
  readonly missing: boolean | undefined;
  readonly layers: readonly LayerBranch[];
}

/** Image, layer, container, each in the order in which it first appears. */
export function treeOf(containers: readonly Container[], tree: Tree | undefined): readonly ImageBranch[] {
  return [...groupedBy(containers, ({ image }) => image)].map(([image, those]) => ({
    image,
    names: tree?.images.namesOf(image) ?? [],
    missing: isGone(tree?.images.images, those, tree, "image"),
    layers: [...groupedBy(those, ({ layer }) => layer)].map(([layer, on]) => ({
      layer,
      missing: isGone(tree?.images.layers, on, tree, "layer"),
      containers: on.map(({ id, names }) => ({ id, names })),
    })),
  }));
}

function isGone(
  known: unknown,
  containers: readonly Container[],
  tree: Tree | undefined,
  part: "image" | "layer",
): boolean | undefined {
  if (known === undefined) return undefined;
  return containers.some(({ id }) => tree?.missing.get(id)?.includes(part) === true);
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** A line with what hangs on it. */
export interface TreeNode {
  readonly line: string;
  readonly children: readonly TreeNode[];
}

/** The lines of a tree, drawn as `podman image tree` does. */
export function* drawTree(nodes: readonly TreeNode[]): Generator<string> {
  for (const { line, children } of nodes) {
    yield line;
    yield* drawChildren(children, "");
  }
}

function* drawChildren(nodes: readonly TreeNode[], before: string): Generator<string> {
  for (const [index, { line, children }] of nodes.entries()) {
    const isLast = index === nodes.length - 1;
    yield `${before}${isLast ? "└── " : "├── "}${line}`;
    yield* drawChildren(children, `${before}${isLast ? "    " : "│   "}`);
  }
}
