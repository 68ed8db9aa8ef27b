import type { Command } from "commander";

export interface DescribedCommand {
  /** The words it is called by, the program's first: `["stowage", "data", "get"]`. */
  readonly path: readonly string[];
  readonly aliases: readonly string[];
  readonly description: string;
  readonly usage: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly variadic: boolean;
    readonly description: string;
  }[];
  readonly options: readonly { readonly flags: string; readonly description: string }[];
  readonly examples: readonly { readonly typed: string; readonly does: string }[];
  readonly texts: readonly string[];
  readonly children: readonly DescribedCommand[];
}

export declare function commandTree(folder: string): DescribedCommand;
export declare function declaredProgram(folder: string): Command;
export declare function everyCommand(command: DescribedCommand): DescribedCommand[];
