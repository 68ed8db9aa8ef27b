import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { openInput, standardInput } from "../input/files.ts";
import { recordEncoder } from "../render/record.ts";
import { openStore } from "../open-store.ts";
import { isStowageError } from "../report-error.ts";

/** `stowage batch`: JSON requests on standard input, one reply a line, in order. */
export const declareBatch: DeclareCommand = (program, run) => {
  program
    .command("batch")
    .description(
      "Read one JSON request per line from standard input, and answer each with one line, in order.",
    )
    .addHelpText(
      "after",
      examples(
        [`echo '{"op":"create","names":["web"]}' | stowage batch`, ""],
        [`printf '%s\\n' '{"op":"list"}' '{"op":"get","id":"web"}' | stowage batch`, ""],
      ),
    )
    .action(
      run(async (context) => {
        const { signal, stdout } = context;
        const write = (reply: string): Promise<void> => stdout.write(reply);
        const [{ serveRequests }, { errorReply }, record] = await Promise.all([
          import("../batch/serve.ts"),
          import("../batch/reply.ts"),
          recordEncoder(),
        ]);
        let store;
        let refusal: unknown;
        try {
          store = await openStore(context, context.globals.readOnly ? "read" : "serve", (reason) => {
            refusal = reason;
          });
          // A store that cannot be read is told at once, not again with every request.
          await store.list({ signal });
        } catch (error) {
          await store?.close();
          signal.throwIfAborted();
          await write(errorReply(error));
          // Whatever else keeps it from being opened counts as damage: there is no request to be refused.
          return isStowageError(error) && error.code === "ERR_LOCK_TIMEOUT"
            ? ExitCode.lockTimeout
            : ExitCode.damaged;
        }
        try {
          await serveRequests(await openInput(context, standardInput), write, {
            ...{ store, record, signal, refusal },
          });
        } finally {
          await store.close();
        }
        return ExitCode.done;
      }),
    );
};
