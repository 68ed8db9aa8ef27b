import type { Container, JsonValue } from "@stowage/store";
import stringWidth from "string-width";
import type { Tree } from "../images.ts";
import { humanAge, humanSize } from "../render/human.ts";
import { encodeJson, type Encodable, indentJson } from "../render/json.ts";
import { visible } from "../render/text.ts";
import { span, type TextLine, wrapped } from "./text-line.ts";

export interface DetailsLine {
  readonly line: TextLine;
  /** The key of the item of big data that the line is about. */
  readonly item: string | undefined;
}

export interface DetailsOptions {
  readonly tree: Tree | undefined;
  /** Members of the record that changed a moment ago. */
  readonly changed: ReadonlySet<string>;
  readonly columns: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The record as the store writes it. */
  readonly record: (container: Container) => string;
}

const LABEL = 12;

/** All that there is to know of a container, its items first after what identifies it. */
export function detailsLines(container: Container, options: DetailsOptions): readonly DetailsLine[] {
  return [...factLines(container, options), ...contentLines(container, options)];
}

/**
 * What does not change with time, which may be much: metadata has any size. Kept for as long as it
 * is looked at, since it is asked for with each key and each tick of the clock.
 */
function contentLines(container: Container, options: DetailsOptions): readonly DetailsLine[] {
  const key = JSON.stringify([options.columns, ...options.changed]);
  const known = kept.get(container);
  if (known?.key === key) return known.lines;
  const lines = [
    ...itemLines(container, options),
    ...flagLines(container, options),
    ...metadataLines(container, options),
    ...sectionOf("record", [], options),
    ...textLines(indentJson(options.record(container)), options),
  ];
  kept.set(container, { key, lines });
  return lines;
}

const kept = new WeakMap<Container, { readonly key: string; readonly lines: readonly DetailsLine[] }>();

function factLines(container: Container, options: DetailsOptions): readonly DetailsLine[] {
  const { tree, now } = options;
  const { id, names, image, layer, created, uidMap, gidMap, volatile } = container;
  const missing = new Set(tree?.missing.get(id) ?? []);
  const age = humanAge(created, now);
  const imageNames = tree?.images.namesOf(image) ?? [];
  const maps = (map: Container["uidMap"]): string =>
    map.map(({ containerId, hostId, size }) => `${containerId}:${hostId}:${size}`).join(", ");
  const facts: readonly (readonly [label: string, text: string, member: string, isBad?: boolean])[] = [
    ["id", id, "id"],
    ["names", names.length === 0 ? "-" : names.join(", "), "names"],
    ["image", `${image || "-"}${missing.has("image") ? " (gone)" : ""}`, "image", missing.has("image")],
    ...(imageNames.length > 0 ? ([["", imageNames.join(", "), "image"]] as const) : []),
    ["layer", `${layer || "-"}${missing.has("layer") ? " (gone)" : ""}`, "layer", missing.has("layer")],
    ["created", age === created ? created : `${created}, ${age}`, "created"],
    ["kept", volatile ? "in the volatile file, without a sync" : "in the stable file", "volatileStore"],
    ...(uidMap.length > 0 ? ([["uid map", maps(uidMap), "uidmap"]] as const) : []),
    ...(gidMap.length > 0 ? ([["gid map", maps(gidMap), "gidmap"]] as const) : []),
  ];
  return facts.flatMap(([label, text, member, isBad]) => {
    const isChanged = options.changed.has(member);
    const tone = isBad === true ? "bad" : isChanged ? "warning" : "plain";
    return wrapped(visible(text), options.columns - LABEL - 2, stringWidth).map((part, index) => ({
      line: [
        span(mark(isChanged && index === 0), "warning"),
        span((index === 0 ? label : "").padEnd(LABEL), "heading"),
        span(part, tone),
      ],
      item: undefined,
    }));
  });
}

function itemLines(container: Container, options: DetailsOptions): readonly DetailsLine[] {
  const { bigDataNames, bigDataSizes, bigDataDigests } = container;
  const members = ["big-data-names", "big-data-sizes", "big-data-digests"];
  const head = sectionOf(`big data: ${bigDataNames.length}`, members, options);
  const widest = Math.max(0, ...bigDataNames.map((key) => stringWidth(visible(key))));
  const width = Math.min(widest, Math.max(12, options.columns - 50));
  return [
    ...head,
    ...bigDataNames.map((key) => {
      const size = bigDataSizes.get(key);
      const shown = visible(key);
      return {
        line: [
          span("  "),
          span(shown + " ".repeat(Math.max(0, width - stringWidth(shown))), "strong"),
          span(`  ${(size === undefined ? "-" : humanSize(size)).padStart(7)}`),
          span(`  ${bigDataDigests.get(key) ?? "no digest"}`, "faint"),
        ],
        item: key,
      };
    }),
  ];
}

function flagLines({ flags }: Container, options: DetailsOptions): readonly DetailsLine[] {
  if (flags.size === 0) return [];
  const shown = [...flags].map(([flag, value]) => `${visible(flag)}=${encodeJson(value as Flag)}`);
  return [...sectionOf(`flags: ${flags.size}`, ["flags"], options), ...textLines(shown.join("\n"), options)];
}

type Flag = JsonValue & Encodable;

function metadataLines({ metadata }: Container, options: DetailsOptions): readonly DetailsLine[] {
  if (metadata === "") return sectionOf("metadata: none", ["metadata"], options);
  const head = sectionOf(`metadata: ${humanSize(Buffer.byteLength(metadata))}`, ["metadata"], options);
  return [...head, ...textLines(readable(metadata), options)];
}

/** Metadata is mostly JSON in one line. */
function readable(metadata: string): string {
  try {
    JSON.parse(metadata);
    return indentJson(metadata);
  } catch {
    return metadata;
  }
}

function sectionOf(
  title: string,
  members: readonly string[],
  { changed }: DetailsOptions,
): readonly DetailsLine[] {
  const isChanged = members.some((member) => changed.has(member));
  return [
    { line: [], item: undefined },
    {
      line: [span(mark(isChanged), "warning"), span(title, isChanged ? "warning" : "heading")],
      item: undefined,
    },
  ];
}

function textLines(text: string, { columns }: DetailsOptions): readonly DetailsLine[] {
  return text.split("\n").flatMap((line) =>
    wrapped(visible(line.replaceAll("\t", "    ")), columns - 2, stringWidth).map((part) => ({
      line: [span("  "), span(part)],
      item: undefined,
    })),
  );
}

function mark(isChanged: boolean): string {
  return isChanged ? "~ " : "  ";
}
