import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ifUnchangedOption, readSeen, seenContainer } from "../input/if-unchanged.ts";
import type { IfUnchangedFlags } from "../input/if-unchanged.ts";
import { measuredInput, standardInput } from "../input/files.ts";
import { withProgress } from "../progress.ts";

/** `stowage data set`: streamed, of any size. */
export const declareDataSet: DeclareCommand = (group, run) => {
  group
    .command("set")
    .description("Keep a file under a key; an item of that key is replaced.")
    .argument("<container>", containerArgument)
    .argument("<key>", "what the item is kept under")
    .argument("[file]", "the file to read; - or nothing: standard input")
    .addOption(ifUnchangedOption())
    .addHelpText(
      "after",
      examples(
        ["stowage data set web config.json ./config.json", ""],
        ["tar c logs | stowage data set web logs.tar", "streamed, of any size"],
        ["stowage data set web logs.tar ./logs.tar --quota 1GB", "no more than 1 GB for one container"],
      ),
    )
    .action(
      run<[string, string, string | undefined], IfUnchangedFlags>(
        async (context, [ref, key, file = standardInput], options) => {
          const { signal } = context;
          const assertUnchanged = await readSeen(context, options, file);
          const input = await measuredInput(context, file);
          const { id, bigDataSizes, bigDataDigests } = await context.withStore("change", async (store) => {
            const ifUnchanged = await seenContainer(store, ref, options, { assertUnchanged, signal });
            return await withProgress(context, "writing", (tell) =>
              store.setBigData(
                ref,
                key,
                input.read((done) => tell({ done, total: input.size, unit: "bytes" })),
                { ifUnchanged, signal },
              ),
            );
          });
          await context.print({
            json: () => ({ id, key, size: bigDataSizes.get(key), digest: bigDataDigests.get(key) }),
            text: () => "",
          });
        },
      ),
    );
};
