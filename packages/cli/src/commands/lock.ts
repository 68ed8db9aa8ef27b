import type { LockStatus } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { lockStatus } from "../lock-status.ts";
import type { Encodable } from "../render/json.ts";
import { counted } from "../render/human.ts";
import { renderTable } from "../render/table.ts";

/** `stowage lock status`: who has the store's lock and who waits for it. Takes no lock. */
export const declareLock: DeclareCommand = (program, run) => {
  const group = program.command("lock").description("Ask about the store's lock.");
  group
    .command("status")
    .description("Tell who has the store's lock and who waits for it; takes no lock, and waits for nobody.")
    .addHelpText(
      "after",
      examples(
        ["stowage lock status", ""],
        ["stowage lock status -q", "process ids of those who have it, one a line"],
        ["stowage lock status --json | jq .state", '"free", "read" or "write"'],
      ),
    )
    .action(run(showStatus));
};

async function showStatus(context: CommandContext): Promise<void> {
  const { dir } = context.location;
  const status = await lockStatus(context);
  if (context.json) {
    await context.print({ json: () => statusJson(dir, status), text: () => "" });
    return;
  }
  if (context.quiet) {
    await context.stdout.write(status.holders.map(({ pid }) => `${pid}\n`).join(""));
    return;
  }
  const { columns, style } = context.stdout;
  const holders =
    status.holders.length === 0
      ? ""
      : await renderTable(
          [
            { heading: "PID", cell: ({ pid }) => String(pid), align: "right" },
            { heading: "MODE", cell: ({ mode }) => mode },
            { heading: "PROGRAM", cell: ({ program }) => program ?? "-", least: 8 },
            { heading: "HOST", cell: ({ host }) => host ?? "-", least: 4, dropOrder: 1 },
          ],
          status.holders,
          { width: columns, style },
        );
  await context.stdout.write(`${stateText(status)}\n${holders}${waitingText(status)}`);
}

function statusJson(dir: string, { state, holders, waiting }: LockStatus): Encodable {
  const { readers, writers, longest } = waiting;
  return {
    dir,
    state,
    holders: holders.map(({ pid, mode, program, host }) => ({ pid, mode, program, host })),
    waiting: { readers, writers, longest },
  };
}

function stateText({ state, holders }: LockStatus): string {
  if (state === "free") return "nobody has the lock";
  // Processes of other users may not be seen.
  const many = holders.length > 1 ? `${holders.length} processes have` : "a process has";
  return `${many} the lock to ${state}`;
}

function waitingText({ waiting: { readers, writers, longest } }: LockStatus): string {
  if (readers + writers === 0) return "";
  const who = [
    ...(writers > 0 ? [counted(writers, "writer")] : []),
    ...(readers > 0 ? [counted(readers, "reader")] : []),
  ];
  const since = longest > 0 ? `, the first for ${(longest / 1000).toFixed(1)} s` : "";
  return `waiting: ${who.join(", ")}${since}\n`;
}
