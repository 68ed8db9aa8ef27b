import { declareBatch } from "./commands/batch.ts";
import { declareCheck } from "./commands/check.ts";
import { declareCompat } from "./commands/compat.ts";
import { declareCompletion } from "./commands/completion.ts";
import { declareCreate } from "./commands/create.ts";
import { declareData } from "./commands/data.ts";
import { declareDf } from "./commands/df.ts";
import { declareExists } from "./commands/exists.ts";
import { declareExport } from "./commands/export.ts";
import { declareFlag } from "./commands/flag.ts";
import { declareGc } from "./commands/gc.ts";
import { declareHelp } from "./commands/help.ts";
import { declareImport } from "./commands/import.ts";
import { declareInspect } from "./commands/inspect.ts";
import { declareList } from "./commands/list.ts";
import { declareLock } from "./commands/lock.ts";
import { declareMetadata } from "./commands/metadata.ts";
import { declareName } from "./commands/name.ts";
import { declareRemove } from "./commands/remove.ts";
import { declareRepair } from "./commands/repair.ts";
import { declareStats } from "./commands/stats.ts";
import { declareTop } from "./commands/top.ts";
import { declareTree } from "./commands/tree.ts";
import { declareUi } from "./commands/ui.ts";
import { declareWatch } from "./commands/watch.ts";
import { declareWipe } from "./commands/wipe.ts";
import type { DeclareCommand } from "./declare.ts";

/** The words a command is called by, aliases too, and what declares it; a group is one entry. */
export type CommandEntry = readonly [words: readonly string[], declare: DeclareCommand];

/**
 * Every command of the program, in the order in which `--help` lists them. To
 * declare one costs more than to look for its word here, so only the one that was
 * called is declared: all of them where the command line names none of these.
 */
export const commandTable: readonly CommandEntry[] = [
  [["create"], declareCreate],
  [["ls", "list", "ps"], declareList],
  [["inspect"], declareInspect],
  [["rm", "delete"], declareRemove],
  [["exists"], declareExists],
  [["name"], declareName],
  [["metadata"], declareMetadata],
  [["flag"], declareFlag],
  [["data"], declareData],
  [["tree"], declareTree],
  [["df"], declareDf],
  [["stats"], declareStats],
  [["watch", "events"], declareWatch],
  [["top"], declareTop],
  [["ui"], declareUi],
  [["export"], declareExport],
  [["import"], declareImport],
  [["check"], declareCheck],
  [["repair"], declareRepair],
  [["gc"], declareGc],
  [["lock"], declareLock],
  [["wipe"], declareWipe],
  [["batch"], declareBatch],
  [["compat"], declareCompat],
];

/** Those that have to be declared to understand a command line whose first operand is `word`. */
export function declarersFor(word: string | undefined): readonly DeclareCommand[] {
  const called = commandTable.find(([words]) => word !== undefined && words.includes(word));
  // The last two look at all the others.
  return called === undefined
    ? [...commandTable.map(([, declare]) => declare), declareCompletion, declareHelp]
    : [called[1]];
}
