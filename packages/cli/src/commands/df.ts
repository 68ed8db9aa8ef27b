import type { Container, ContainerStore } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { filterHelp, filterOption, selectContainers, wholeNumber } from "../input/selection.ts";
import { dataSize } from "../render/container-view.ts";
import { counted, humanSize, shortId } from "../render/human.ts";
import { bar } from "../render/progress-line.ts";
import { renderTable } from "../render/table.ts";
import type { Column } from "../render/table.ts";
import { isStowageError } from "../report-error.ts";

interface DfFlags {
  readonly filter?: readonly string[];
  readonly top?: number;
  readonly trunc: boolean;
}

interface Row {
  readonly container: Container;
  readonly bytes: bigint;
  /** Items whose size is not recorded. */
  readonly unmeasured: number;
}

/** `stowage df`: how much big data each container keeps, the largest first. */
export const declareDf: DeclareCommand = (program, run) => {
  program
    .command("df")
    .description(
      "Show how much big data the containers keep, as recorded, the largest first, and what gc could free.",
    )
    .addOption(filterOption())
    .option("-n, --top <n>", "only so many of the largest", wholeNumber)
    .option("--no-trunc", "whole ids, and no cell cut to fit the terminal")
    .addHelpText(
      "after",
      `${filterHelp}${examples(
        ["stowage df", ""],
        ["stowage df -n 5", "the five largest"],
        ["stowage df --json | jq .bytes", ""],
        ["stowage gc --dry-run", "what could be removed"],
      )}`,
    )
    .action(run<[], DfFlags>(showUsage));
};

async function showUsage(context: CommandContext, _: readonly [], options: DfFlags): Promise<void> {
  const { filter, top = Infinity, trunc } = options;
  const isTold = context.json || (context.stdout.isTerminal && !context.quiet);
  const { containers, reclaimable } = await context.withStore("read", async (store) => ({
    containers: await selectContainers(store, { filter, sort: "size", reverse: true }, context.signal),
    reclaimable: isTold ? await reclaimableOf(context, store) : undefined,
  }));
  const all = containers.map((container) => ({
    container,
    bytes: dataSize(container),
    unmeasured: container.bigDataNames.filter((key) => !container.bigDataSizes.has(key)).length,
  }));
  const bytes = all.reduce((sum, row) => sum + row.bytes, 0n);
  const items = all.reduce((sum, { container }) => sum + container.bigDataNames.length, 0);
  const rows = all.filter(({ container }) => container.bigDataNames.length > 0).slice(0, top);
  if (context.json) {
    await context.print({
      json: () => ({
        containers: rows.map(rowJson),
        count: all.length,
        items,
        bytes,
        reclaimable: reclaimable ?? null,
      }),
      text: () => "",
    });
    return;
  }
  if (context.quiet) {
    const idOf = (id: string): string => (trunc ? shortId(id) : id);
    const { lines, visible } = await import("../render/text.ts");
    await context.stdout.write(lines(rows.map(({ container }) => visible(idOf(container.id)))));
    return;
  }
  const { columns, style, isTerminal } = context.stdout;
  const width = trunc ? columns : undefined;
  await context.stdout.write(
    await renderTable(columnsOf(rows, bytes, { trunc, columns }), rows, { width, style }),
  );
  if (isTerminal) {
    const total = `${counted(all.length, "container")}, ${counted(items, "item")}, ${humanSize(bytes)}`;
    await context.stdout.write(`${style.strong(total)}\n`);
    if (reclaimable !== undefined) {
      const { count, bytes: size } = reclaimable;
      const finds = count === 0 ? "has nothing to free" : `could free ${humanSize(size)}`;
      await context.stdout.write(`\`stowage gc\` ${finds}\n`);
    }
  }
}

// A type, not an interface: only such a one can be printed as JSON.
type Reclaimable = Readonly<Record<"count" | "bytes", number>>;

/** What keeps `gc` from saying what it would remove, and nobody from seeing what the records say. */
const unknowable = new Set(["ERR_STORE_OTHER_MODE", "ERR_STORE_DAMAGED", "ERR_PERMISSION", "ERR_IO"]);

/** What `gc` would remove of the whole store; undefined, and a remark, where it could not say. */
async function reclaimableOf(
  context: CommandContext,
  store: ContainerStore,
): Promise<Reclaimable | undefined> {
  try {
    const { removed, bytes } = await store.gc({ dryRun: true, signal: context.signal });
    return { count: removed.length, bytes };
  } catch (error) {
    if (!isStowageError(error) || !unknowable.has(error.code)) throw error;
    await context.remark(`what \`stowage gc\` could free is not known: ${error.message}`);
    return undefined;
  }
}

/** A terminal gets sizes for people, and bars; a pipe, numbers of bytes. */
function columnsOf(
  rows: readonly Row[],
  total: bigint,
  { trunc, columns }: { readonly trunc: boolean; readonly columns: number | undefined },
): readonly Column<Row>[] {
  const largest = rows[0]?.bytes ?? 0n;
  const isTerminal = columns !== undefined;
  const plain: readonly Column<Row>[] = [
    {
      heading: "CONTAINER ID",
      cell: ({ container: { id } }) => (trunc ? shortId(id) : id),
      least: 12,
      dropOrder: 2,
    },
    { heading: "NAMES", cell: ({ container: { names } }) => names.join(","), least: 8 },
    {
      heading: "ITEMS",
      cell: ({ container: { bigDataNames } }) => String(bigDataNames.length),
      align: "right",
      dropOrder: 4,
    },
    {
      heading: "SIZE",
      // Of what was never measured nobody knows how much it is.
      cell: ({ bytes, unmeasured }) =>
        isTerminal ? humanSize(bytes) + (unmeasured > 0 ? "+?" : "") : String(bytes),
      align: "right",
    },
  ];
  if (!isTerminal) return plain;
  const cells = Math.max(8, Math.min(40, Math.floor(columns / 5)));
  return [
    ...plain,
    {
      heading: "SHARE",
      cell: ({ bytes }) => `${Math.round(ratio(bytes, total) * 100)}%`,
      align: "right",
      dropOrder: 3,
    },
    { heading: "", cell: ({ bytes }) => bar(ratio(bytes, largest), cells), dropOrder: 1 },
  ];
}

function ratio(part: bigint, whole: bigint): number {
  return whole > 0n ? Number(part) / Number(whole) : 0;
}

function rowJson({ container: { id, names, bigDataNames }, bytes, unmeasured }: Row) {
  return { id, names, items: bigDataNames.length, bytes, unmeasured };
}
