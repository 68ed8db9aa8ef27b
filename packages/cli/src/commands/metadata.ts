import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";
import { readInput, standardInput } from "../input/files.ts";
import { ifUnchangedOption, readSeen, seenContainer } from "../input/if-unchanged.ts";
import type { IfUnchangedFlags } from "../input/if-unchanged.ts";
import { decodeMetadata } from "../input/metadata-text.ts";
import { visibleLines } from "../render/text.ts";

interface SetFlags extends IfUnchangedFlags {
  readonly file?: string;
}

/** `stowage metadata get|set`: the text that belongs to the container's creator. */
export const declareMetadata: DeclareCommand = (program, run) => {
  const group = program
    .command("metadata")
    .description("Show and change the text that belongs to a container's creator.");

  group
    .command("get")
    .description("Print it: into a pipe exactly as it is, on a terminal with a line's end and harmless.")
    .argument("<container>", containerArgument)
    .addHelpText("after", examples(["stowage metadata get web", ""], ["stowage metadata get web | jq .", ""]))
    .action(
      run<[string]>(async (context, [ref]) => {
        const { id, metadata } = await context.withStore("read", (store) =>
          store.get(ref, { signal: context.signal }),
        );
        await context.print({
          json: () => ({ id, metadata }),
          text: () => (context.stdout.isTerminal ? forTerminal(metadata) : metadata),
        });
      }),
    );

  group
    .command("set")
    .description("Replace it by VALUE, by a file, or by what comes from standard input.")
    .argument("<container>", containerArgument)
    .argument("[value]", "the text; - or nothing: standard input")
    .option("--file <file>", "read it from a file")
    .addOption(ifUnchangedOption())
    .addHelpText(
      "after",
      examples(
        ['stowage metadata set web \'{"owner":"me"}\'', ""],
        ["stowage metadata set web --file meta.json", ""],
        ["jq -c . meta.json | stowage metadata set web -", ""],
        [
          "stowage metadata set web new --if-unchanged seen.json",
          "unless it was changed since seen.json was made",
        ],
      ),
    )
    .action(
      run<[string, string | undefined], SetFlags>(async (context, [ref, value], options) => {
        const { signal } = context;
        const assertUnchanged = await readSeen(context, options, options.file ?? value ?? standardInput);
        const metadata = await textToSet(context, value, options.file);
        const { id } = await context.withStore("change", async (store) => {
          const ifUnchanged = await seenContainer(store, ref, options, { assertUnchanged, signal });
          return await store.setMetadata(ref, metadata, { ifUnchanged, signal });
        });
        await context.print({ json: () => ({ id }), text: () => "" });
      }),
    );
};

async function textToSet(
  context: CommandContext,
  value: string | undefined,
  file: string | undefined,
): Promise<string> {
  if (file !== undefined && value !== undefined) {
    throw new UsageError("the metadata is given twice, as VALUE and as --file", "use one of them");
  }
  if (value !== undefined && value !== standardInput) return value;
  const source = file ?? standardInput;
  return decodeMetadata(
    await readInput(context, source),
    source === standardInput ? "standard input" : source,
  );
}

function forTerminal(text: string): string {
  const shown = visibleLines(text);
  return shown === "" || shown.endsWith("\n") ? shown : `${shown}\n`;
}
