import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Details } from "../../protocol.ts";
import { byContainer, byImage, byItem, type SizeNode, type Tile, tiles } from "../charts/size-tree.ts";
import { nameOfImage, table, tick } from "../state/model.ts";
import { useLoaded } from "../parts/loaded.ts";
import { Text } from "../parts/text.tsx";
import { go, linkTo } from "../route.ts";
import { counted, humanSize, plain, shortId } from "../text.ts";

/** Where the big data lies: by image, then container, then item. It follows the store. */
export function Sizes() {
  void tick.value;
  const [path, setPath] = useState<readonly string[]>([]);
  const left = useRef<readonly string[] | undefined>(undefined);
  const goTo = (next: readonly string[]): void => {
    left.current = path;
    setPath(next);
  };
  const nameOf = nameOfImage.value;
  const rows = table.rows;
  const [image, id] = path;
  const row = id === undefined ? undefined : rows.get(id);
  const details = useItems(id, row);
  const nodes =
    image === undefined
      ? byImage(rows.values(), nameOf)
      : id === undefined
        ? byContainer(rows.values(), image)
        : byItem(path, details?.items ?? []);
  const total = nodes.reduce((sum, { bytes }) => sum + bytes, 0);
  const crumbs = [
    { title: "All images", path: [] },
    ...(image === undefined ? [] : [{ title: image === "" ? "no image" : nameOf(image), path: [image] }]),
    ...(image === undefined || id === undefined
      ? []
      : [{ title: row?.names[0] ?? shortId(id), path: [image, id] }]),
  ];

  return (
    <section
      class="sizes"
      aria-label="Sizes"
      onKeyDown={(event) => {
        if (event.key !== "Escape" && event.key !== "Backspace") return;
        if (path.length > 0) goTo(path.slice(0, -1));
        event.preventDefault();
      }}
    >
      <nav aria-label="Where you are" class="crumbs">
        <ol>
          {crumbs.map((crumb, index) => (
            <li key={index}>
              {index === crumbs.length - 1 ? (
                <span aria-current="location">
                  <Text text={crumb.title} />
                </span>
              ) : (
                <button type="button" onClick={() => goTo(crumb.path)}>
                  <Text text={crumb.title} />
                </button>
              )}
            </li>
          ))}
        </ol>
        <span class="count">{humanSize(total)}</span>
      </nav>
      <Treemap
        key={JSON.stringify(path)}
        nodes={nodes}
        total={total}
        left={left.current}
        onOpen={(node) => {
          if (node.isOpen) goTo(node.path);
          else if (node.path.length === 3) go(linkTo("sizes", node.path[1], node.path[2]));
        }}
      />
      {nodes.length === 0 ? <p class="empty">There is no big data here.</p> : null}
    </section>
  );
}

function useItems(id: string | undefined, row: unknown): Details | undefined {
  // Something is asked for in any case, as a hook must be; the status is the cheapest.
  const path = id === undefined ? "/api/status" : "/api/container";
  const { value } = useLoaded<Details>(path, id === undefined ? {} : { id }, row);
  return id === undefined ? undefined : value;
}

interface TreemapProps {
  readonly nodes: readonly SizeNode[];
  readonly total: number;
  /** Where one comes from; the focus was in that picture, and goes on in this one. Undefined when none was left. */
  readonly left: readonly string[] | undefined;
  readonly onOpen: (node: SizeNode) => void;
}

/** Tiles are buttons: Tab leads to the picture, the arrow keys from tile to tile, Enter descends. */
function Treemap({ nodes, total, left, onOpen }: TreemapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [active, setActive] = useState(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    if (frame.current !== null) observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  const drawn = tiles(nodes, size.width, size.height);
  // Before anything is shown: a key that is pressed meanwhile must find somebody who listens.
  useLayoutEffect(() => {
    if (left !== undefined) frame.current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (drawn.length === 0 || document.activeElement !== frame.current) return;
    const cameFrom = drawn.findIndex(({ node }) => node.path.every((part, at) => part === left?.[at]));
    setActive(Math.max(0, cameFrom));
    frame.current?.querySelectorAll<HTMLElement>("button")[Math.max(0, cameFrom)]?.focus();
  }, [drawn.length > 0]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const next = Math.min(Math.max(0, active + step), drawn.length - 1);
    setActive(next);
    frame.current?.querySelectorAll<HTMLElement>("button")[next]?.focus();
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      tabIndex={-1}
      class="treemap"
      role="group"
      aria-label="Big data by size"
      onKeyDown={onKeyDown}
    >
      {drawn.map((tile, index) => (
        <TileView
          key={JSON.stringify([tile.node.path, tile.node.isOpen])}
          tile={tile}
          total={total}
          hue={index % 6}
          isActive={index === Math.min(active, drawn.length - 1)}
          onOpen={() => onOpen(tile.node)}
        />
      ))}
    </div>
  );
}

interface TileProps {
  readonly tile: Tile;
  readonly total: number;
  readonly hue: number;
  readonly isActive: boolean;
  readonly onOpen: () => void;
}

function TileView({ tile: { node, x, y, width, height }, total, hue, isActive, onOpen }: TileProps) {
  const share = total === 0 ? 0 : Math.round((node.bytes / total) * 100);
  const text = `${plain(node.label)}: ${humanSize(node.bytes)}, ${share} %`;
  const isLarge = width > 56 && height > 34;
  return (
    <button
      type="button"
      class={`tile hue-${hue}`}
      tabIndex={isActive ? 0 : -1}
      aria-label={isLarge ? undefined : text}
      title={text}
      style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}
      onClick={onOpen}
    >
      {isLarge ? (
        <>
          <span class="label">
            <Text text={node.label} />
          </span>
          <span class="amount">
            {humanSize(node.bytes)}
            {node.count > 1 ? `, ${counted(node.count, "container")}` : ""}
          </span>
          <span class="unseen">{share} %</span>
        </>
      ) : null}
    </button>
  );
}
