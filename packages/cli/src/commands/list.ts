import type { Container, MissingPart } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { lookAround } from "../images.ts";
import type { Tree } from "../images.ts";
import { humanAge, humanSize, shortId } from "../render/human.ts";
import type { Encodable } from "../render/json.ts";
import { recordEncoder } from "../render/record.ts";
import { renderTable } from "../render/table.ts";
import type { Column } from "../render/table.ts";
import { lines, visible } from "../render/text.ts";
import { isStowageError } from "../report-error.ts";

interface ListFlags {
  /** False with `--no-trunc`. */
  readonly trunc: boolean;
}

/** `stowage ls`: a table, ids with `-q`, the records with `--json`. */
export const declareList: DeclareCommand = (program, run) => {
  program
    .command("ls")
    .alias("list")
    .alias("ps")
    .description("List the containers.")
    .option("--no-trunc", "whole ids, and no cell cut to fit the terminal")
    .addHelpText(
      "after",
      examples(
        ["stowage ls", ""],
        ["stowage ls -q --no-trunc", "whole ids, one a line"],
        ["stowage ls --json | jq -r '.[].names[0]'", ""],
        ["stowage --graph-root /var/lib/containers/storage ls", "podman's containers"],
      ),
    )
    .action(run<[], ListFlags>(list));
};

async function list(context: CommandContext, _: readonly [], options: ListFlags): Promise<void> {
  const { containers, tree } = await listOrNothing(context);
  if (context.json) {
    const record = await recordEncoder();
    await context.print({
      json: () => containers.map((container) => record(container, membersOf(container, tree))),
      text: () => "",
    });
    return;
  }
  const idOf = options.trunc ? (id: string) => visible(shortId(id)) : visible;
  if (context.quiet) {
    await context.stdout.write(lines(containers.map(({ id }) => idOf(id))));
    return;
  }
  const { columns, style, isTerminal } = context.stdout;
  const width = options.trunc ? columns : undefined;
  await context.stdout.write(
    await renderTable(tableColumns(options.trunc, isTerminal, tree), containers, { width, style }),
  );
}

interface Listing {
  readonly containers: readonly Container[];
  /** Undefined where there is none. */
  readonly tree: Tree | undefined;
}

/** What `--json` adds to a record: see the README. What is not known is left out. */
function membersOf({ id, image }: Container, tree: Tree | undefined): Record<string, Encodable> | undefined {
  if (tree === undefined) return undefined;
  const { images } = tree;
  return {
    ...(images.images === undefined ? {} : { imageNames: images.namesOf(image) }),
    missing: tree.missing.get(id) ?? [],
  };
}

/** Looking must not make a store, and a machine where none was made yet has no containers. */
async function listOrNothing(context: CommandContext): Promise<Listing> {
  try {
    return await context.withStore("read", async (store) => {
      const containers = await store.list({ signal: context.signal });
      return {
        containers,
        tree: context.quiet && !context.json ? undefined : await lookAround(context, store),
      };
    });
  } catch (error) {
    if (!isStowageError(error) || error.code !== "ERR_STORE_NOT_FOUND" || context.globals.readOnly)
      throw error;
    await context.remark(`there is no store at ${context.location.dir} yet; \`stowage create\` makes one`);
    return { containers: [], tree: undefined };
  }
}

/** A pipe gets the moment of creation as the record has it; a terminal, how long ago that was. */
function tableColumns(
  short: boolean,
  isTerminal: boolean,
  tree: Tree | undefined,
): readonly Column<Container>[] {
  const now = Date.now();
  const idOf = short ? shortId : (id: string) => id;
  return [
    { heading: "CONTAINER ID", cell: ({ id }) => idOf(id), least: 12 },
    { heading: "NAMES", cell: ({ names }) => names.join(","), least: 8 },
    {
      heading: "IMAGE",
      cell: ({ id, image }) => (tree?.images.namesOf(image)[0] ?? idOf(image)) + goneMark(tree, id, "image"),
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
      cell: ({ created }) => (isTerminal ? humanAge(created, now) : created),
      least: 8,
      dropOrder: 1,
    },
    { heading: "DATA", cell: dataSummary, dropOrder: 3 },
  ];
}

/** Marks what the container still names, but the tree has no more. */
function goneMark(tree: Tree | undefined, id: string, part: MissingPart): string {
  return tree?.missing.get(id)?.includes(part) === true ? " (gone)" : "";
}

/** How many items, and their recorded sizes together. */
function dataSummary({ bigDataNames, bigDataSizes }: Container): string {
  if (bigDataNames.length === 0) return "-";
  const bytes = [...bigDataSizes.values()].reduce<bigint>((sum, size) => sum + BigInt(size), 0n);
  return `${bigDataNames.length} (${humanSize(bytes)})`;
}
