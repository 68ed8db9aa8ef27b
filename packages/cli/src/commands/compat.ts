import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";

/** For `--help` only: the compatible face reads its own command line, and is called before this one is read. */
export const declareCompat: DeclareCommand = (program, run) => {
  program
    .command("compat")
    .description("Be the program containers-storage: its commands, flags, texts and exit codes.")
    .argument("[arguments...]", "as containers-storage takes them")
    .allowUnknownOption()
    .addHelpText(
      "after",
      examples(
        ["stowage compat --graph ROOT --storage-driver vfs containers", "list containers as it does"],
        ["stowage compat create-container --help", "its own help of a command"],
      ),
    )
    .action(
      run(() =>
        Promise.reject(
          new UsageError(
            "compat takes no options before it",
            "write `stowage compat` and all options behind it",
          ),
        ),
      ),
    );
};
