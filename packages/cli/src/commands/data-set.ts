import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
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
    .addHelpText(
      "after",
      examples(
        ["stowage data set web config.json ./config.json", ""],
        ["tar c logs | stowage data set web logs.tar", "streamed, of any size"],
        ["stowage data set web logs.tar ./logs.tar --quota 1GB", "no more than 1 GB for one container"],
      ),
    )
    .action(
      run<[string, string, string | undefined]>(async (context, [ref, key, file = standardInput]) => {
        const input = await measuredInput(context, file);
        const { id, bigDataSizes, bigDataDigests } = await context.withStore("change", (store) =>
          withProgress(context, "writing", (tell) =>
            store.setBigData(
              ref,
              key,
              input.read((done) => tell({ done, total: input.size, unit: "bytes" })),
              { signal: context.signal },
            ),
          ),
        );
        await context.print({
          json: () => ({ id, key, size: bigDataSizes.get(key), digest: bigDataDigests.get(key) }),
          text: () => "",
        });
      }),
    );
};
