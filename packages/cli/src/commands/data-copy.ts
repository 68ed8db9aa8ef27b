import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ifUnchangedOption, readSeen, seenContainer } from "../input/if-unchanged.ts";
import type { IfUnchangedFlags } from "../input/if-unchanged.ts";
import { withProgress } from "../progress.ts";

interface CopyFlags extends IfUnchangedFlags {
  readonly verify?: true;
}

/** `stowage data copy`: of any size, and at once where the file system shares blocks. */
export const declareDataCopy: DeclareCommand = (group, run) => {
  group
    .command("copy")
    .alias("cp")
    .description(
      "Copy an item to another container, or under another key. Where the file system can, the copy shares its blocks.",
    )
    .argument("<container>", containerArgument)
    .argument("<key>", "what the item is kept under")
    .argument("<to>", "the container that gets the copy, named in the same ways")
    .argument("[to-key]", "the key of the copy (default: the same key)")
    .option("--verify", "read the copy, and fail when its SHA-256 is not the recorded one")
    .addOption(ifUnchangedOption("the container that gets the copy"))
    .addHelpText(
      "after",
      examples(
        ["stowage data copy web config.json db", ""],
        ["stowage data copy web config.json web config.old", ""],
      ),
    )
    .action(
      run<[string, string, string, string | undefined], CopyFlags>(
        async (context, [ref, key, to, toKey = key], options) => {
          const { signal } = context;
          const { verify } = options;
          const assertUnchanged = await readSeen(context, options);
          const { id, bigDataSizes, bigDataDigests } = await context.withStore("change", async (store) => {
            const ifUnchanged = await seenContainer(store, to, options, { assertUnchanged, signal });
            return await withProgress(context, "copying", (tell) =>
              store.copyBigData(ref, key, to, {
                ...{ toKey, verify, ifUnchanged, signal },
                onProgress: ({ bytes, totalBytes }) =>
                  tell({ done: bytes, total: totalBytes, unit: "bytes" }),
              }),
            );
          });
          await context.print({
            json: () => ({
              id,
              key: toKey,
              size: bigDataSizes.get(toKey),
              digest: bigDataDigests.get(toKey),
            }),
            text: () => "",
          });
        },
      ),
    );
};
