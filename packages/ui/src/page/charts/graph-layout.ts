import { hierarchy, type HierarchyPointNode, tree } from "d3-hierarchy";
import type { Row, Surroundings } from "../../protocol.ts";
import { plain, shortId } from "../text.ts";

/** An image, a layer or a container in the graph, or what stands for many of them. */
export interface GraphNode {
  /** Unique in the graph. */
  readonly key: string;
  readonly kind: "image" | "layer" | "container" | "more";
  readonly label: string;
  /** It is named by what stands on it, and is gone. */
  readonly isGone: boolean;
  /** A container on something that is gone: it cannot be started. */
  readonly isGhost: boolean;
  /** The container, for those that are one. */
  readonly id: string | undefined;
  /** What stands on it, shown or not. */
  readonly count: number;
  readonly children: readonly GraphNode[];
}

/** How much of the graph is open. */
export interface Openness {
  readonly isOpen: (key: string, isOpenByItself: boolean) => boolean;
  /** How many children of a node are shown. */
  readonly limit: (key: string) => number;
}

/** Containers up to which everything is open by itself. */
const FEW = 60;

/** Image, layer, container. Containers without a layer hang on the image itself. */
export function graphOf(
  rows: ReadonlyMap<string, Row>,
  surroundings: Surroundings | undefined,
  openness: Openness,
): readonly GraphNode[] {
  const isFew = rows.size <= FEW;
  const images = grouped([...rows.values()], ({ image }) => image);
  const missing = (row: Row): readonly string[] => surroundings?.missing[row.id] ?? [];
  const nodes = [...images].map(([image, onImage]) => {
    const key = `image ${image}`;
    const layers = grouped(onImage, ({ layer }) => layer);
    const children = (): readonly GraphNode[] =>
      [...layers].flatMap(([layer, onLayer]) =>
        layerNodes(image, layer, onLayer, { missing, openness, isFew }),
      );
    return {
      key,
      kind: "image" as const,
      label: image === "" ? "no image" : plain(surroundings?.images?.[image]?.[0] ?? shortId(image)),
      isGone: onImage.some((row) => missing(row).includes("image")),
      isGhost: false,
      id: undefined,
      count: onImage.length,
      children: openness.isOpen(key, isFew || images.size === 1) ? limited(key, children(), openness) : [],
    };
  });
  return limited("", nodes, openness);
}

interface Around {
  readonly missing: (row: Row) => readonly string[];
  readonly openness: Openness;
  readonly isFew: boolean;
}

function layerNodes(
  image: string,
  layer: string,
  rows: readonly Row[],
  around: Around,
): readonly GraphNode[] {
  const { missing, openness, isFew } = around;
  const containers = (): readonly GraphNode[] =>
    rows.map((row) => ({
      key: `container ${row.id}`,
      kind: "container" as const,
      label: plain(row.names[0] ?? shortId(row.id)),
      isGone: false,
      isGhost: missing(row).length > 0,
      id: row.id,
      count: 0,
      children: [],
    }));
  if (layer === "") return containers();
  const key = `layer ${image} ${layer}`;
  return [
    {
      key,
      kind: "layer",
      label: plain(shortId(layer)),
      isGone: rows.some((row) => missing(row).includes("layer")),
      isGhost: false,
      id: undefined,
      count: rows.length,
      children: openness.isOpen(key, isFew || rows.length === 1) ? limited(key, containers(), openness) : [],
    },
  ];
}

function limited(key: string, nodes: readonly GraphNode[], { limit }: Openness): readonly GraphNode[] {
  const most = limit(key);
  if (nodes.length <= most) return nodes;
  const more: GraphNode = {
    key: `more ${key}`,
    kind: "more",
    label: `${nodes.length - most} more`,
    isGone: false,
    isGhost: false,
    id: undefined,
    count: nodes.length - most,
    children: [],
  };
  return [...nodes.slice(0, most), more];
}

function grouped(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** A node with its place, in pixels, and the one that it hangs on. */
export interface Placed {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly parent: Placed | undefined;
}

export const NODE = { width: 216, height: 30 } as const;
const COLUMN = 264;
const LINE = 38;

/** From left to right, in the order in which the keys walk through it: from top to bottom, each before what stands on it. */
export function placed(nodes: readonly GraphNode[]): {
  readonly all: readonly Placed[];
  readonly height: number;
} {
  if (nodes.length === 0) return { all: [], height: 0 };
  const root = hierarchy<Pick<GraphNode, "children"> & { readonly node?: GraphNode }>(
    { children: nodes },
    ({ children }) => children,
  );
  const laidOut = tree<Pick<GraphNode, "children">>()
    .nodeSize([LINE, COLUMN])
    .separation(() => 1)(root);
  const top = Math.min(...laidOut.leaves().map(({ x }) => x));
  const bottom = Math.max(...laidOut.leaves().map(({ x }) => x));
  const all: Placed[] = [];
  const walk = (at: HierarchyPointNode<Pick<GraphNode, "children">>, parent: Placed | undefined): void => {
    // The one that holds all images is not shown.
    const own: Placed | undefined =
      at.depth === 0
        ? undefined
        : { node: at.data as GraphNode, x: at.y - COLUMN, y: at.x - top, depth: at.depth, parent };
    if (own !== undefined) all.push(own);
    for (const child of at.children ?? []) walk(child, own);
  };
  walk(laidOut, undefined);
  return { all, height: bottom - top + NODE.height };
}
