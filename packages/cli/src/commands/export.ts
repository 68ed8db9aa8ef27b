import type { Writable } from "node:stream";

import { Option } from "commander";
import type { ContainerStore, ExportResult } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { examples, oneOf } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ProgramError, UsageError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { filterHelp, filterOption } from "../input/selection.ts";
import { standardInput as standardOutput } from "../input/files.ts";
import { streamToOutput, withOutputFile } from "../output-file.ts";
import { withProgress } from "../progress.ts";
import { counted, humanSize } from "../render/human.ts";

interface ExportFlags {
  readonly filter?: readonly string[];
  readonly format?: "tar" | "ndjson";
}

/** `stowage export`: containers with their big data, as one file; exit code 1 where an item has no file. */
export const declareExport: DeclareCommand = (program, run) => {
  program
    .command("export")
    .description("Write containers with their big data into one file, as they are at this moment.")
    .argument("<file>", "the file to write, replaced whole or not at all; -: standard output")
    .addOption(filterOption())
    .addOption(
      oneOf(new Option("--format <format>", "tar; ndjson: the records only, one a line"), [
        "tar",
        "ndjson",
      ]).default("tar"),
    )
    .addHelpText(
      "after",
      `${filterHelp}${examples(
        ["stowage export backup.tar", "everything"],
        ["stowage export -f name=^web - | zstd >web.tar.zst", ""],
        ["stowage export - | ssh other stowage import -", "from one machine to another"],
        ["stowage export --format ndjson - | jq .record", ""],
      )}`,
    )
    .action(run<[string], ExportFlags>(exportContainers));
};

async function exportContainers(
  context: CommandContext,
  [file]: readonly [string],
  options: ExportFlags,
): Promise<ExitCode> {
  if (file === standardOutput) refuseBadOutput(context, options);
  const result = await context.withStore("read", async (store) => {
    if (file === standardOutput) return await writeTo(context, store, streamToOutput(context), options);
    return await withOutputFile(context, file, async ({ stream, commit }) => {
      const result = await writeTo(context, store, stream, options);
      await commit();
      return result;
    });
  });
  const { containers, bytes, missing } = result;
  if (file !== standardOutput) {
    await context.print({
      json: () => ({ file, containers, bytes, missing: missing.map(({ id, key }) => ({ id, key })) }),
      text: () => "",
    });
  }
  for (const { id, key } of missing) {
    await context.remark(
      `warning: item ${key} of ${id} has no file, and is not in it; \`stowage check\` explains it`,
    );
  }
  await context.remark(`exported ${counted(containers, "container")}, ${humanSize(bytes)} of big data`);
  return missing.length > 0 ? ExitCode.refused : ExitCode.done;
}

async function writeTo(
  context: CommandContext,
  store: ContainerStore,
  target: Writable,
  { filter, format }: ExportFlags,
): Promise<ExportResult> {
  const { signal } = context;
  return await withProgress(context, "exporting", (tell) =>
    store.export(target, {
      format,
      filter,
      signal,
      onProgress: ({ bytes, totalBytes }) => tell({ done: bytes, total: totalBytes, unit: "bytes" }),
    }),
  );
}

function refuseBadOutput({ json, stdout }: CommandContext, { format }: ExportFlags): void {
  if (json) {
    throw new UsageError(
      "standard output cannot take both the archive and what --json tells of it",
      "name a file",
    );
  }
  if (stdout.isTerminal && format !== "ndjson") {
    throw new ProgramError("ERR_BINARY_OUTPUT", "an archive is no text, and could upset the terminal", {
      hint: "name a file, or pipe it on: `stowage export - | …`",
    });
  }
}
