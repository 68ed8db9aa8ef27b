import { InvalidArgumentError } from "commander";

import { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";
import { isLockedByWriting } from "../lock-status.ts";

interface UiFlags {
  readonly port?: number;
  /** Undefined unless `--open` or `--no-open` was given. */
  readonly open?: boolean;
}

/** `stowage ui`: a page in the browser that shows the store live, from a small local server, until Ctrl-C. */
export const declareUi: DeclareCommand = (program, run) => {
  program
    .command("ui")
    .description(
      "Show the store live in the browser, from a local server, until Ctrl-C; prints the page's address.",
    )
    .option("--port <port>", "listen on that port of this machine (default: any that is free)", portNumber)
    .option("--open", "open the browser, on a desktop (default: when standard output is a terminal)")
    .option("--no-open", "only print the address")
    .option("--write", "let the page change the store; without it the page only looks")
    .addHelpText(
      "after",
      `
The server listens on 127.0.0.1 and ::1 only. Who has the address that is
printed can look at the store: it has a random token, which the browser
exchanges for a cookie. From another machine: ssh -L PORT:127.0.0.1:PORT HOST.
${examples(
  ["stowage ui", ""],
  ["stowage ui --write", "the page renames, deletes, repairs"],
  ["stowage --podman ui --no-open --port 8080", "podman's store; only prints the address"],
  ["stowage ui --json | jq -r .url", ""],
)}`,
    )
    .action(run<[], UiFlags>(show, { ownWrite: true }));
};

async function show(context: CommandContext, _: readonly [], { port, open }: UiFlags): Promise<void> {
  const { surroundings, globals, location, signal, stdout } = context;
  const canWrite = globals.write === true;
  if (canWrite && globals.readOnly === true) {
    throw new UsageError("--read-only and --write contradict each other", "use one of them");
  }
  const { startUi } = await import("../ui/start.ts");
  // Nothing is opened to be changed that need not be; that the page only looks is the server's to see to in any case.
  const isOnlyRead = !canWrite && !(await isLockedByWriting(context));
  const own = isOnlyRead
    ? new CommandContext(surroundings, { ...globals, readOnly: true }, location)
    : context;
  await own.withStore(canWrite ? "mend" : "examine", async (store) => {
    await using ui = await startUi(own, store, { port, canWrite });
    await own.print({
      json: () => ({ url: ui.url, port: ui.port, write: canWrite }),
      text: () => `${ui.url}\n`,
    });
    await own.remark(
      `showing ${location.dir}${canWrite ? ", which the page may change" : ", read-only"}; Ctrl-C ends it`,
    );
    if (open ?? stdout.isTerminal) {
      const { openBrowser } = await import("../ui/open-browser.ts");
      await openBrowser(own, ui.oneTimeUrl(), { isAsked: open === true });
    }
    await Promise.race([ui.ended, aborted(signal)]);
  });
  signal.throwIfAborted();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) {
    throw new InvalidArgumentError(
      "it takes the number of a port, for example 8080; 0 for any that is free.",
    );
  }
  return port;
}
