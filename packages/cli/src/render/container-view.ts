import type { Container, MissingPart } from "@stowage/store";

import type { Tree } from "../images.ts";
import { humanAge, humanSize, shortId } from "./human.ts";
import { encodeJson } from "./json.ts";
import type { Encodable, RawJson } from "./json.ts";
import type { Column } from "./table.ts";
import type { Fields } from "./template.ts";

/** How containers are to be shown in a list. */
export interface ViewOptions {
  /** Ids cut as podman does. */
  readonly short: boolean;
  /** Ages instead of moments. */
  readonly ages: boolean;
  /** What is known of images and layers; undefined where there is no tree. */
  readonly tree: Tree | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A pipe gets the moment of creation as the record has it; a terminal, how long ago that was. */
export function tableColumns(options: ViewOptions): readonly Column<Container>[] {
  const { tree, ages, now } = options;
  const idOf = idWriter(options);
  return [
    { heading: "CONTAINER ID", cell: ({ id }) => idOf(id), least: 12 },
    { heading: "NAMES", cell: ({ names }) => names.join(","), least: 8 },
    {
      heading: "IMAGE",
      cell: (container) => imageOf(container, options) + goneMark(tree, container.id, "image"),
      least: 8,
      dropOrder: 2,
    },
    {
      heading: "LAYER",
      cell: ({ id, layer }) => idOf(layer) + goneMark(tree, id, "layer"),
      least: 8,
      dropOrder: 4,
    },
    {
      heading: "CREATED",
      cell: ({ created }) => (ages ? humanAge(created, now) : created),
      least: 8,
      dropOrder: 1,
    },
    { heading: "DATA", cell: dataSummary, dropOrder: 3 },
  ];
}

/** What `--format` can show of a container. Names as podman has them, where podman has them. */
export function containerFields(
  options: ViewOptions,
  whole: (container: Container) => RawJson,
): Fields<Container> {
  const { tree, now } = options;
  const idOf = idWriter(options);
  return {
    whole,
    named: new Map([
      ["ID", { text: ({ id }) => idOf(id), json: ({ id }) => id }],
      ["Names", { text: ({ names }) => names.join(","), json: ({ names }) => names }],
      ["Image", { text: (container) => imageOf(container, options) }],
      ["ImageID", { text: ({ image }) => idOf(image), json: ({ image }) => image }],
      ["Layer", { text: ({ layer }) => idOf(layer), json: ({ layer }) => layer }],
      ["Created", { text: ({ created }) => humanAge(created, now), json: ({ created }) => created }],
      ["CreatedAt", { text: ({ created }) => created }],
      [
        "Data",
        { text: ({ bigDataNames }) => bigDataNames.join(","), json: ({ bigDataNames }) => bigDataNames },
      ],
      ["Size", { text: (container) => humanSize(dataSize(container)), json: dataSize }],
      ["Metadata", { text: ({ metadata }) => metadata }],
      ["Flags", { text: ({ flags }) => encodeJson(flags as FlagMap), json: ({ flags }) => flags as FlagMap }],
      ["Volatile", { text: ({ volatile }) => String(volatile), json: ({ volatile }) => volatile }],
      [
        "Missing",
        {
          text: ({ id }) => (tree?.missing.get(id) ?? []).join(","),
          json: ({ id }) => tree?.missing.get(id) ?? [],
        },
      ],
    ]),
  };
}

type FlagMap = ReadonlyMap<string, Encodable>;

/** The names of the fields, for the help. */
export const fieldNames =
  ".ID .Names .Image .ImageID .Layer .Created .CreatedAt .Data .Size .Metadata\n  .Flags .Volatile .Missing";

/** What `--json` adds to a record: see the README. What is not known is left out. */
export function membersOf(
  { id, image }: Container,
  tree: Tree | undefined,
): Record<string, Encodable> | undefined {
  if (tree === undefined) return undefined;
  const { images } = tree;
  return {
    ...(images.images === undefined ? {} : { imageNames: images.namesOf(image) }),
    missing: tree.missing.get(id) ?? [],
  };
}

/** The recorded sizes of its big data, together. */
export function dataSize({ bigDataSizes }: Container): bigint {
  let sum = 0n;
  let small = 0;
  // Large numbers are slow, and nearly all sums are small.
  for (const size of bigDataSizes.values()) {
    if (typeof size === "number" && Number.isSafeInteger(small + size)) small += size;
    else sum += BigInt(size);
  }
  return sum + BigInt(small);
}

function idWriter({ short }: ViewOptions): (id: string) => string {
  return short ? shortId : (id) => id;
}

function imageOf({ image }: Container, options: ViewOptions): string {
  return options.tree?.images.namesOf(image)[0] ?? idWriter(options)(image);
}

/** Marks what the container still names, but the tree has no more. */
function goneMark(tree: Tree | undefined, id: string, part: MissingPart): string {
  return tree?.missing.get(id)?.includes(part) === true ? " (gone)" : "";
}

/** How many items, and their recorded sizes together. */
function dataSummary(container: Container): string {
  const { bigDataNames } = container;
  return bigDataNames.length === 0 ? "-" : `${bigDataNames.length} (${humanSize(dataSize(container))})`;
}
