import { useEffect, useRef, useState } from "preact/hooks";
import type { Surroundings } from "../../protocol.ts";
import { type GraphNode, graphOf, NODE, type Placed, placed } from "../charts/graph-layout.ts";
import { surroundings as around, table, tick } from "../state/model.ts";
import { Text } from "../parts/text.tsx";
import { go, linkTo, openId } from "../route.ts";
import { counted } from "../text.ts";

/** Children of one node that are shown at first, and how many more at a time. */
const STEP = 100;

/** Image, layer and container, with what is gone marked: as a tree for the keys, as a picture for the eyes. */
export function Graph() {
  void tick.value;
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [limits, setLimits] = useState<ReadonlyMap<string, number>>(new Map());
  const surroundings = around.value;
  const nodes = graphOf(table.rows, surroundings, {
    isOpen: (key, byItself) => opened.get(key) ?? byItself,
    limit: (key) => limits.get(key) ?? STEP,
  });
  const { all, height } = placed(nodes);
  const ghosts = Object.keys(surroundings?.missing ?? {}).length;
  const open = (key: string, isOpen: boolean): void => setOpened(new Map([...opened, [key, isOpen]]));
  const more = (key: string): void =>
    setLimits(new Map([...limits, [key, (limits.get(key) ?? STEP) + STEP]]));
  return (
    <section class="graph" aria-label="Graph">
      <p class="legend">
        Image → layer → container.{" "}
        {ghosts === 0 ? null : (
          <strong class="gone">{counted(ghosts, "container")} on what is gone: ghosts.</strong>
        )}{" "}
        {surroundings === undefined ? null : <Known surroundings={surroundings} />}
      </p>
      {all.length === 0 ? <p class="empty">There are no containers to be drawn.</p> : null}
      {all.length === 0 ? null : <Picture all={all} height={height} onOpen={open} onMore={more} />}
    </section>
  );
}

function Known({ surroundings: { images, layersKnown, problems } }: { readonly surroundings: Surroundings }) {
  if (images !== undefined && layersKnown) return null;
  if (problems.every(({ code }) => code === "ERR_IMAGES_UNAVAILABLE")) {
    return (
      <span role="note">
        This store lies in no containers/storage tree, so nothing is known of images and layers, nor what is
        gone.
      </span>
    );
  }
  return (
    <span role="note">
      {problems.map(({ message }) => (
        <Text text={message} />
      ))}
    </span>
  );
}

interface PictureProps {
  readonly all: readonly Placed[];
  readonly height: number;
  readonly onOpen: (key: string, isOpen: boolean) => void;
  readonly onMore: (key: string) => void;
}

function Picture({ all, height, onOpen, onMore }: PictureProps) {
  const [activeKey, setActiveKey] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const active = Math.max(
    0,
    all.findIndex(({ node }) => node.key === activeKey),
  );
  const width = Math.max(...all.map(({ x }) => x)) + NODE.width;
  useEffect(() => {
    frame.current?.querySelector(".node.active")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);

  const activate = (at: Placed | undefined): void => {
    if (at === undefined) return;
    const { node } = at;
    setActiveKey(node.key);
    if (node.kind === "container") go(linkTo("graph", node.id));
    else if (node.kind === "more") onMore(node.key.slice("more ".length));
    else onOpen(node.key, node.children.length === 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = all[active];
    if (at === undefined) return;
    const goTo = (index: number): void =>
      setActiveKey(all[Math.min(Math.max(0, index), all.length - 1)]!.node.key);
    const isOpen = at.node.children.length > 0;
    if (event.key === "ArrowDown") goTo(active + 1);
    else if (event.key === "ArrowUp") goTo(active - 1);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(all.length - 1);
    else if (event.key === "ArrowRight" && isOpen) goTo(active + 1);
    else if (event.key === "ArrowRight" && at.node.count > 0 && at.node.kind !== "more")
      onOpen(at.node.key, true);
    else if (event.key === "ArrowLeft" && isOpen) onOpen(at.node.key, false);
    else if (event.key === "ArrowLeft" && at.parent !== undefined) setActiveKey(at.parent.node.key);
    else if (event.key === "Enter" || event.key === " ") activate(at);
    else return;
    event.preventDefault();
  };

  return (
    <div ref={frame} class="picture">
      <svg
        width={width + 4}
        height={height + 4}
        role="tree"
        aria-label="Images, layers and containers"
        // In an SVG the names of attributes keep their case.
        tabindex={0}
        aria-activedescendant={`node-${active}`}
        onKeyDown={onKeyDown}
      >
        {all.map((at) =>
          at.parent === undefined ? null : <Edge key={at.node.key} at={at} from={at.parent} />,
        )}
        {all.map((at, index) => (
          <NodeView
            key={at.node.key}
            at={at}
            index={index}
            isActive={index === active}
            onClick={() => activate(at)}
          />
        ))}
      </svg>
    </div>
  );
}

function Edge({ at, from }: { readonly at: Placed; readonly from: Placed }) {
  const [x0, y0] = [from.x + NODE.width + 2, from.y + NODE.height / 2 + 2];
  const [x1, y1] = [at.x + 2, at.y + NODE.height / 2 + 2];
  const middle = (x0 + x1) / 2;
  const isGone = from.node.isGone && (at.node.isGhost || at.node.kind === "layer");
  return (
    <path
      class={`edge ${isGone ? "gone" : ""}`}
      d={`M${x0},${y0}C${middle},${y0} ${middle},${y1} ${x1},${y1}`}
    />
  );
}

interface NodeProps {
  readonly at: Placed;
  readonly index: number;
  readonly isActive: boolean;
  readonly onClick: () => void;
}

function NodeView({ at: { node, x, y, depth }, index, isActive, onClick }: NodeProps) {
  const { kind, label, isGone, isGhost, count, children, id } = node;
  const classes = ["node", kind, isGone ? "gone" : "", isGhost ? "ghost" : "", isActive ? "active" : ""];
  const canOpen = kind === "image" || kind === "layer";
  const mark = isGone ? "gone" : isGhost ? "ghost" : canOpen ? String(count) : "";
  return (
    <g
      id={`node-${index}`}
      class={classes.join(" ")}
      role="treeitem"
      aria-level={depth}
      aria-label={spoken(node)}
      aria-expanded={canOpen ? children.length > 0 : undefined}
      aria-selected={id !== undefined && id === openId.value}
      transform={`translate(${x + 2},${y + 2})`}
      onClick={onClick}
    >
      <title>{label}</title>
      <rect width={NODE.width} height={NODE.height} rx={6} />
      <text x={10} y={20}>
        {shortened(label, mark === "" ? 25 : 20)}
        {mark === "" ? null : " "}
        {mark === "" ? null : (
          <tspan class="mark" x={NODE.width - 8} text-anchor="end">
            {mark}
          </tspan>
        )}
      </text>
    </g>
  );
}

/** Begins with what is seen. */
function spoken({ kind, label, isGone, isGhost, count }: GraphNode): string {
  if (kind === "more") return label;
  if (kind === "container") return isGhost ? `${label} ghost, container` : `${label}, container`;
  return isGone
    ? `${label} gone, ${kind}, ${counted(count, "container")}`
    : `${label} ${counted(count, "container")}, ${kind}`;
}

/** The end of an image's name tells more than its beginning; from a slash on, so that no word is cut. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(1 - most);
  const slash = end.indexOf("/");
  return slash < 0 ? `${text.slice(0, most - 1)}…` : `…${end.slice(slash)}`;
}
