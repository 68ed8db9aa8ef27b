import type { Container } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";
import { lookAround } from "../images.ts";
import type { Tree } from "../images.ts";
import { addSelectionOptions, filterHelp, selectContainers } from "../input/selection.ts";
import type { SelectionFlags } from "../input/selection.ts";
import { nearest } from "../near-words.ts";
import { shortId } from "../render/human.ts";
import { encodeJson, indentJson } from "../render/json.ts";
import { containerFields, fieldNames, membersOf, tableColumns } from "../render/container-view.ts";
import { recordEncoder } from "../render/record.ts";
import { renderTable } from "../render/table.ts";
import { lines, visible } from "../render/text.ts";
import { isStowageError } from "../report-error.ts";

interface ListFlags extends SelectionFlags {
  /** False with `--no-trunc`. */
  readonly trunc: boolean;
  readonly format?: string;
}

const FORMATS = ["table", "json", "ndjson"];

/** `stowage ls`: a table, ids with `-q`, the records with `--json`, whatever with `--format`. */
export const declareList: DeclareCommand = (program, run) => {
  const command = program
    .command("ls")
    .alias("list")
    .alias("ps")
    .description("List the containers, all or a selection of them.");
  addSelectionOptions(command);
  command
    .option("-a, --all", "all of them, as they are listed anyway: for hands that are used to `podman ps -a`")
    .option("--format <format>", "table, json, ndjson, a template, or `table TEMPLATE` for columns")
    .option("--no-trunc", "whole ids, and no cell cut to fit the terminal")
    .addHelpText(
      "after",
      `${filterHelp}
Templates have {{.FIELD}} or {{json .FIELD}} in them, and \\t and \\n; {{json .}}
is the whole record. Fields:
  ${fieldNames}
${examples(
  ["stowage ls", ""],
  ["stowage ls -f name=^web -f since=1h", "made in the last hour, and called so"],
  ["stowage ls -n 3", "the three made last"],
  ["stowage ls --sort size --reverse", "the largest first"],
  ["stowage ls --format '{{.ID}} {{.Names}}'", ""],
  ["stowage ls --format 'table {{.Names}}\\t{{.Size}}'", "columns of your choice"],
  ["stowage ls -q --no-trunc", "whole ids, one a line"],
  ["stowage ls --json | jq -r '.[].names[0]'", ""],
  ["stowage --graph-root /var/lib/containers/storage ls", "podman's containers"],
)}`,
    )
    .action(run<[], ListFlags>(list));
};

async function list(context: CommandContext, _: readonly [], options: ListFlags): Promise<void> {
  const format = formatOf(context, options);
  const listing = await listOrNothing(context, options, format === "ids");
  await context.stdout.write(await shown(context, options, format, listing));
}

/** What `--format`, `--json` and `-q` mean together: a template goes before `-q`, as in podman. */
function formatOf({ json, quiet }: CommandContext, { format }: ListFlags): string {
  if (json && format !== undefined && format !== "json" && format !== "ndjson") {
    throw new UsageError("--json and --format both say how to print", "use one of them");
  }
  if (format === "") throw new UsageError("--format is empty", "name a format, for example json");
  if (format !== undefined) refuseSlip(format);
  return format ?? (json ? "--json" : quiet ? "ids" : "table");
}

/** A template without a field is printed as it stands, as podman does; a slip in the word of a format is none. */
function refuseSlip(format: string): void {
  if (format.includes("{{") || FORMATS.includes(format)) return;
  const near = nearest(format.trim().toLowerCase(), FORMATS);
  if (near.length === 0) return;
  throw new UsageError(`--format "${format}" has no {{.FIELD}} in it`, `did you mean ${near.join(" or ")}?`);
}

async function shown(
  context: CommandContext,
  { trunc }: ListFlags,
  format: string,
  { containers, tree }: Listing,
): Promise<string> {
  if (format === "ids") {
    return lines(containers.map(({ id }) => visible(trunc ? shortId(id) : id)));
  }
  const { columns, style, isTerminal } = context.stdout;
  const width = trunc ? columns : undefined;
  const view = { short: trunc, ages: isTerminal, tree, now: Date.now() };
  if (format === "table") {
    return await renderTable(tableColumns(view), containers, { width, style });
  }
  const encoder = await recordEncoder();
  const record = (container: Container) => encoder(container, membersOf(container, tree));
  if (format === "--json") return `${encodeJson(containers.map(record))}\n`;
  if (format === "json") return `${indentJson(encodeJson(containers.map(record)))}\n`;
  if (format === "ndjson") return lines(containers.map((container) => encodeJson(record(container))));

  const { parseColumns, parseTemplate } = await import("../render/template.ts");
  const fields = containerFields(view, record);
  const [, table] = /^table\s+(.*)$/s.exec(format) ?? [];
  if (table === undefined) return lines(containers.map(parseTemplate(format, fields)));
  const cells = parseColumns(table, fields).map(({ heading, show }) => ({ heading, cell: show, least: 8 }));
  return await renderTable(cells, containers, { width, style });
}

interface Listing {
  readonly containers: readonly Container[];
  /** Undefined where there is none. */
  readonly tree: Tree | undefined;
}

/** Looking must not make a store, and a machine where none was made yet has no containers. */
async function listOrNothing(
  context: CommandContext,
  options: SelectionFlags,
  onlyIds: boolean,
): Promise<Listing> {
  try {
    return await context.withStore("read", async (store) => {
      const containers = await selectContainers(store, options, context.signal);
      return { containers, tree: onlyIds ? undefined : await lookAround(context, store) };
    });
  } catch (error) {
    const { podman, readOnly } = context.globals;
    if (!isStowageError(error) || error.code !== "ERR_STORE_NOT_FOUND" || (readOnly && !podman)) throw error;
    const { parseFilters } = await import("@stowage/store");
    parseFilters(options.filter ?? []);
    const missing = podman ? error.message : `${error.message} yet; \`stowage create\` makes one`;
    await context.remark(missing);
    return { containers: [], tree: undefined };
  }
}
