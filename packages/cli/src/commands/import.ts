import { Option } from "commander";
import type { ImportConflict, ImportResult, ImportStep } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { examples, oneOf } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { openInput } from "../input/files.ts";
import { filterHelp, filterOption, matcherOf } from "../input/selection.ts";
import { withProgress } from "../progress.ts";
import { counted, humanSize } from "../render/human.ts";
import type { Encodable } from "../render/json.ts";
import { lines, visible } from "../render/text.ts";
import { ErrorWithHint, isStowageError } from "../report-error.ts";

interface ImportFlags {
  readonly filter?: readonly string[];
  readonly onConflict?: ImportConflict;
}

/** `stowage import`: brings in what an export wrote; what is there already is left alone, so it can be repeated. */
export const declareImport: DeclareCommand = (program, run) => {
  program
    .command("import")
    .description(
      "Bring in containers from a file that export wrote. One that was cut short is simply done again: what is there stays.",
    )
    .argument("<file>", "the file to read; -: standard input")
    .addOption(filterOption())
    .addOption(
      oneOf(
        new Option(
          "--on-conflict <rule>",
          "what becomes of a container whose id or one of whose names is in use: the import fails before anything is " +
            "imported; it is left out; it gets a free id and names; it takes the place and the names",
        ),
        ["fail", "skip", "rename", "replace"] satisfies ImportConflict[],
      ).default("fail"),
    )
    .addHelpText(
      "after",
      `${filterHelp}  CONTAINER is one of the store that they come into.
${examples(
  ["stowage import backup.tar", ""],
  ["stowage import backup.tar --on-conflict skip", "only what is not there"],
  ["zstd -d <web.tar.zst | stowage import -f name=^web -", ""],
)}`,
    )
    .action(run<[string], ImportFlags>(importContainers));
};

async function importContainers(
  context: CommandContext,
  [file]: readonly [string],
  { filter, onConflict }: ImportFlags,
): Promise<void> {
  const { signal } = context;
  const source = await openInput(context, file);
  const result = await context.withStore("make", async (store) => {
    const wanted = await matcherOf(store, filter, signal);
    try {
      return await withProgress(context, "importing", (tell) =>
        store.import(source, {
          onConflict,
          filter: wanted,
          signal,
          onProgress: ({ bytes, totalBytes }) => tell({ done: bytes, total: totalBytes, unit: "bytes" }),
        }),
      );
    } catch (error) {
      throw withAdvice(error);
    }
  });
  await context.print({ json: () => toJson(result), text: () => toText(context, result) });
  await context.remark(summary(result));
}

function withAdvice(error: unknown): unknown {
  if (!isStowageError(error)) return error;
  if (error.code === "ERR_DUPLICATE_ID" || error.code === "ERR_DUPLICATE_NAME") {
    return new ErrorWithHint(error, "--on-conflict skip, rename or replace says what becomes of such");
  }
  if (error.code === "ERR_ARCHIVE_DAMAGED") {
    return new ErrorWithHint(error, "what came in before stays; import it again from a whole copy");
  }
  return error;
}

function toJson({ steps, bytes }: ImportResult): Encodable {
  return {
    steps: steps.map(({ id, outcome, container }) => ({
      id,
      outcome,
      // Where it is now: another id when it was renamed.
      container: container === undefined ? null : { id: container.id, names: container.names },
    })),
    bytes,
  };
}

/** With `-q` the ids of what came in, else a line for each. */
function toText({ quiet }: CommandContext, { steps }: ImportResult): string {
  const isNew = ({ outcome }: ImportStep): boolean => outcome === "created" || outcome === "replaced";
  if (quiet) return lines(steps.filter(isNew).map(({ container, id }) => visible(container?.id ?? id)));
  return lines(
    steps.map(({ id, outcome, container }) => {
      const names = container === undefined ? "" : ` ${container.names.join(",")}`;
      return visible(`${outcome} ${container?.id ?? id}${names}`.trimEnd());
    }),
  );
}

function summary({ steps, bytes }: ImportResult): string {
  const count = (outcome: ImportStep["outcome"]): number =>
    steps.filter((step) => step.outcome === outcome).length;
  const others = (["replaced", "skipped", "unchanged"] as const)
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `, ${outcome} ${count(outcome)}`);
  return `imported ${counted(count("created"), "container")}${others.join("")}; ${humanSize(bytes)} of big data`;
}
