import type { Container, ContainerChange, StoreUnavailable, WatchEvent } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { filterHelp, filterOption, matcherOf } from "../input/selection.ts";
import { changedMembers } from "../render/changed-members.ts";
import { shortId } from "../render/human.ts";
import { encodeJson } from "../render/json.ts";
import type { Encodable } from "../render/json.ts";
import { recordEncoder } from "../render/record.ts";
import type { ShowRecord } from "../render/record.ts";
import { visible } from "../render/text.ts";

interface WatchFlags {
  readonly filter?: readonly string[];
  readonly existing?: true;
  /** False with `--no-trunc`. */
  readonly trunc: boolean;
}

/** `stowage watch`: a line for each change, whoever makes it, until Ctrl-C. */
export const declareWatch: DeclareCommand = (program, run) => {
  program
    .command("watch")
    .alias("events")
    .description(
      "Tell of changes as they happen, whoever makes them, until Ctrl-C; with --json one JSON line each.",
    )
    .addOption(filterOption())
    .option("--existing", "tell first of the containers that are there, as if they were just made")
    .option("--no-trunc", "whole ids")
    .addHelpText(
      "after",
      `${filterHelp}  A change is told when the container fits before or after it.
${examples(
  ["stowage watch", ""],
  ["stowage watch -f name=^web --json | jq .type", ""],
  ["stowage watch --existing -q", "ids of what is there, and then of what changes"],
)}`,
    )
    .action(run<[], WatchFlags>(watch));
};

async function watch(context: CommandContext, _: readonly [], options: WatchFlags): Promise<void> {
  const { signal, stdout } = context;
  const encoder = await recordEncoder();
  await context.withStore("read", async (store) => {
    const isWanted = await matcherOf(store, options.filter, signal);
    const events = store.watch({ signal, since: options.existing ? [] : undefined });
    if (stdout.isTerminal) await context.remark(`watching ${context.location.dir}; Ctrl-C ends it`);
    for await (const event of events) {
      if (isChange(event) && isWanted !== undefined && ![...sides(event)].some(isWanted)) continue;
      await stdout.write(
        context.json ? `${encodeJson(eventJson(event, encoder))}\n` : eventText(context, event, options),
      );
    }
  });
}

function isChange(event: WatchEvent): event is ContainerChange {
  return event.type === "created" || event.type === "changed" || event.type === "removed";
}

function* sides(event: ContainerChange): Generator<Container> {
  if ("before" in event) yield event.before;
  if ("after" in event) yield event.after;
}

function eventJson(event: WatchEvent, record: ShowRecord): Encodable {
  if (event.type === "available") return { type: event.type };
  if (event.type === "unavailable") return { type: event.type, error: errorOf(event) };
  return {
    type: event.type,
    id: event.id,
    before: "before" in event ? record(event.before) : undefined,
    after: "after" in event ? record(event.after) : undefined,
    fields: event.type === "changed" ? changedMembers(event) : undefined,
  };
}

function errorOf({ error: { code, message } }: StoreUnavailable): Encodable {
  return { code, message };
}

/** With `-q` the id of the container, else `WHEN TYPE ID NAMES FIELDS`, in a pipe with a tab between them. */
function eventText(context: CommandContext, event: WatchEvent, { trunc }: WatchFlags): string {
  const { isTerminal, style } = context.stdout;
  const idOf = (id: string): string => visible(trunc ? shortId(id) : id);
  if (context.quiet) return isChange(event) ? `${idOf(event.id)}\n` : "";
  const now = new Date();
  const when = style.faint(isTerminal ? now.toTimeString().slice(0, 8) : now.toISOString());
  const line = (type: string, ...more: string[]): string =>
    `${[when, type, ...more].join(isTerminal ? "  " : "\t").trimEnd()}\n`;
  if (event.type === "unavailable") return line(style.bad("unavailable"), visible(event.error.message));
  if (event.type === "available") return line(event.type);
  const { names } = event.type === "removed" ? event.before : event.after;
  const more = event.type === "changed" ? changedMembers(event).join(",") : "";
  return line(event.type.padEnd(isTerminal ? 7 : 0), idOf(event.id), visible(names.join(",")), visible(more));
}
