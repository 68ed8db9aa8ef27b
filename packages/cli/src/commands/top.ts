import { isatty, type ReadStream, type WriteStream } from "node:tty";
import { followStore } from "@stowage/live";
import type { ContainerStore, Snapshot } from "@stowage/store";

import { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { Interruption, UsageError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { lookAround } from "../images.ts";
import { filterHelp } from "../input/selection.ts";
import { recordEncoder } from "../render/record.ts";
import { describeError } from "../report-error.ts";
import type { TopSource } from "../top/source.ts";

/** `stowage top`: the store on the whole screen, as it changes. */
export const declareTop: DeclareCommand = (program, run) => {
  program
    .command("top")
    .description(
      "Look at the store on the whole screen, live: search, sort, details, big data; ? shows the keys.",
    )
    .addHelpText(
      "after",
      `
Keys:
  ↑ ↓ k j PgUp PgDn Home End g G   move
  Enter                            details; there: look into big data
  /                                search as you type
  s S, r                           sort by the next, the previous key; reverse
  ?                                all keys
  q Esc, Ctrl-C                    leave

The search takes words, which are looked for in ids, names, images and
layers, and filters.
${filterHelp}
It needs a terminal, best of 80 × 24 or more. In a pipe there are
stowage watch and stowage ls.
${examples(
  ["stowage top", ""],
  ["stowage top --podman", "podman's own store"],
  ["ssh -t host stowage top", "a store elsewhere"],
  ["NO_COLOR=1 stowage top", "without colours"],
)}`,
    )
    .action(run(top));
};

async function top(context: CommandContext): Promise<ExitCode> {
  const { input, output } = terminalOf(context);
  const { loadTop } = await import("../top/load.ts");
  // It takes longest, and needs nothing of the store.
  const loading = loadTop();
  loading.catch(() => undefined);
  const remarks = new Remarks();
  const inView = remarks.taken(context);
  const end = await inView.withStore("examine", async (store) => {
    const source = await sourceOf(inView, store, remarks);
    const { runTop } = await loading;
    return await runTop(source, { input, output, style: context.stdout.style }, context.signal);
  });
  if (end === "interrupt") throw new Interruption("ended by Ctrl-C", ExitCode.interrupted);
  return end === "hangup" ? ExitCode.hungUp : ExitCode.done;
}

/** @throws UsageError where there is no terminal on both sides, or one that cannot do it */
function terminalOf({ json, surroundings: { stdout, stdin, env } }: CommandContext): {
  readonly input: ReadStream;
  readonly output: WriteStream & { readonly fd: 1 };
} {
  const hint = "`stowage watch` tells of changes line by line, and `stowage ls` lists the containers";
  if (json) throw new UsageError("top has no --json", hint);
  if (!stdout.isTerminal || !isatty(0))
    throw new UsageError("top needs a terminal to show and to read keys", hint);
  if (env["TERM"] === "dumb") throw new UsageError("top needs a terminal that can do more (TERM=dumb)", hint);
  return { input: stdin() as ReadStream, output: process.stdout };
}

async function sourceOf(
  context: CommandContext,
  store: ContainerStore,
  remarks: Remarks,
): Promise<TopSource> {
  const { comparatorBy } = await import("@stowage/store");
  const encoder = await recordEncoder();
  let known: Snapshot | undefined;
  return {
    dir: store.dir,
    follow: (signal) => followStore(store, { signal, pace: 30 }),
    lockStatus: () => store.lockStatus(),
    statistics: () => store.statistics(),
    lookAround: () => lookAround(context, store),
    matcher: async (filters) => {
      // What a filter says of others (`before`, `since`) is looked up in what was known last while nothing can be read.
      const snapshot = store.snapshot({ timeout: 1000 });
      known = known === undefined ? await snapshot : await snapshot.catch(() => known);
      return (known as Snapshot).matcher(filters);
    },
    compare: comparatorBy,
    record: (container) => encoder(container).text,
    read: async (id, key, limit) => {
      // One byte more tells whether that is all.
      await using reader = await store.openBigData(id, key, { end: limit + 1, timeout: 5000 });
      const bytes = await reader.bytes();
      return { bytes: bytes.subarray(0, limit), isWhole: bytes.length <= limit };
    },
    describe: (error) => {
      const { message, hint } = describeError(error);
      return { message, hint };
    },
    onRemark: (show) => remarks.pass(show),
  };
}

/** What a command would write to standard error, which the view has covered. */
class Remarks {
  #show: ((remark: string) => void) | undefined;

  pass(show: (remark: string) => void): void {
    this.#show = show;
  }

  /** The same context; once the view is there, what it remarks is shown in it. */
  taken({ surroundings, globals, location }: CommandContext): CommandContext {
    const { stderr } = surroundings;
    const write = async (data: string | Uint8Array): Promise<void> => {
      if (this.#show === undefined) await stderr.write(data);
      else
        this.#show(
          String(data)
            .replace(/^stowage: /, "")
            .trimEnd(),
        );
    };
    return new CommandContext({ ...surroundings, stderr: { ...stderr, write } }, globals, location);
  }
}
