import { hierarchy, treemap } from "d3-hierarchy";
import type { Row } from "../../protocol.ts";

/** Something that has a size, and can be descended into. */
export interface SizeNode {
  /** Where it lies: nothing for the whole, then image, container, item. */
  readonly path: readonly string[];
  readonly label: string;
  readonly bytes: number;
  /** Containers that it stands for; none for an item. */
  readonly count: number;
  /** Whether there is something in it to be seen. */
  readonly isOpen: boolean;
}

/** Tiles of one picture: what is smaller is summed up in the last one. */
const MOST_TILES = 80;

/** The images by the big data of their containers, the largest first. */
export function byImage(rows: Iterable<Row>, nameOf: (image: string) => string): readonly SizeNode[] {
  const sums = new Map<string, { bytes: number; count: number }>();
  for (const { image, bytes } of rows) {
    const sum = sums.get(image) ?? { bytes: 0, count: 0 };
    sums.set(image, { bytes: sum.bytes + bytes, count: sum.count + 1 });
  }
  return largest(
    [...sums].map(([image, { bytes, count }]) => ({
      path: [image],
      label: image === "" ? "no image" : nameOf(image),
      bytes,
      count,
      isOpen: true,
    })),
    [],
  );
}

/** The containers of an image. */
export function byContainer(rows: Iterable<Row>, image: string): readonly SizeNode[] {
  const nodes: SizeNode[] = [];
  for (const row of rows) {
    if (row.image !== image) continue;
    nodes.push({
      path: [image, row.id],
      label: row.names[0] ?? row.id,
      bytes: row.bytes,
      count: 1,
      isOpen: true,
    });
  }
  return largest(nodes, [image]);
}

/** The items of a container. */
export function byItem(
  path: readonly string[],
  items: readonly { readonly key: string; readonly size: string | undefined }[],
): readonly SizeNode[] {
  const nodes = items.map(({ key, size }) => ({
    path: [...path, key],
    label: key,
    bytes: Number(size ?? 0),
    count: 0,
    isOpen: false,
  }));
  return largest(nodes, path);
}

function largest(nodes: readonly SizeNode[], above: readonly string[]): readonly SizeNode[] {
  const sorted = nodes.filter(({ bytes }) => bytes > 0).sort((one, other) => other.bytes - one.bytes);
  const rest = sorted.slice(MOST_TILES);
  if (rest.length === 0) return sorted;
  const bytes = rest.reduce((sum, node) => sum + node.bytes, 0);
  const count = rest.reduce((sum, node) => sum + node.count, 0);
  const others = { path: above, label: `${rest.length} smaller`, bytes, count, isOpen: false };
  return [...sorted.slice(0, MOST_TILES), others];
}

/** A tile in pixels. */
export interface Tile {
  readonly node: SizeNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels of the smallest tile, so that each can be seen when it has the focus. */
const LEAST = 4;

/** Tiles whose areas are to each other as the sizes are. */
export function tiles(nodes: readonly SizeNode[], width: number, height: number): readonly Tile[] {
  if (nodes.length === 0) return [];
  interface Datum {
    readonly node?: SizeNode;
    readonly children?: readonly Datum[];
  }
  const root = hierarchy<Datum>({ children: nodes.map((node) => ({ node })) }, ({ children }) => children);
  root.sum(({ node }) => node?.bytes ?? 0);
  const laidOut = treemap<Datum>().size([width, height]).paddingInner(3).round(true)(root);
  return (laidOut.children ?? []).map(({ data, x0, y0, x1, y1 }) => {
    // Padding leaves nothing of the smallest, or moves them over the edge.
    const tileWidth = Math.min(Math.max(LEAST, x1 - x0), width);
    const tileHeight = Math.min(Math.max(LEAST, y1 - y0), height);
    return {
      node: data.node!,
      x: Math.min(Math.max(0, x0), width - tileWidth),
      y: Math.min(Math.max(0, y0), height - tileHeight),
      width: tileWidth,
      height: tileHeight,
    };
  });
}
