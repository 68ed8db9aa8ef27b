import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ifUnchangedOption, readSeen, seenContainer } from "../input/if-unchanged.ts";
import type { IfUnchangedFlags } from "../input/if-unchanged.ts";

interface CopyFlags extends IfUnchangedFlags {
  readonly verify?: true;
}

/** `stowage data copy`: the system copies, not by way of memory. */
export const declareDataCopy: DeclareCommand = (group, run) => {
  group
    .command("copy")
    .alias("cp")
    .description(
      "Copy an item to another container, or under another key. The system copies, and may share blocks.",
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
            return await store.copyBigData(ref, key, to, { toKey, verify, ifUnchanged, signal });
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
