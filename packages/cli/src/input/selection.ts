import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { Container, ContainerStore, SortKey } from "@stowage/store";

import { collect, oneOf } from "../declare.ts";

/** Which containers are meant, and in which order: what `addSelectionOptions` declares. */
export interface SelectionFlags {
  readonly filter?: readonly string[] | undefined;
  readonly sort?: SortKey;
  readonly reverse?: true;
  /** Only so many of the newest. */
  readonly last?: number;
}

const orders: readonly SortKey[] = ["created", "name", "id", "image", "layer", "size"];

/** `--filter`, the same for every command that selects containers. */
export function filterOption(): Option {
  return new Option(
    "-f, --filter <key=value>",
    "only those it fits, KEY!=VALUE: only the others; of one key any may fit, different keys must all (several)",
  ).argParser(collect((text: string) => text));
}

export function addSelectionOptions(command: Command): void {
  command
    .addOption(filterOption())
    .addOption(oneOf(new Option("--sort <key>", "order, from the smallest to the largest"), orders))
    .option("--reverse", "the same order from its end")
    .option("-n, --last <n>", "only so many of those made last, the newest first", wholeNumber);
}

/** The containers that are meant. Rejects as the store's `list`. */
export async function selectContainers(
  store: ContainerStore,
  { filter, sort, reverse, last }: SelectionFlags,
  signal: AbortSignal,
): Promise<readonly Container[]> {
  if (last === undefined) return await store.list({ filter, sort, reverse, signal });
  const newest = { filter, sort: "created", reverse: true, limit: last } as const;
  if (sort === undefined && reverse === undefined) return await store.list({ ...newest, signal });
  // Two questions of one moment: which are the newest, and in which order they are wanted.
  const snapshot = await store.snapshot({ signal });
  const chosen = new Set(snapshot.list(newest));
  return snapshot
    .list({ sort: sort ?? "created", reverse: sort && reverse })
    .filter((one) => chosen.has(one));
}

/** The filter as a test of containers from anywhere; undefined where none was given. Rejects as the store's `list`. */
export async function matcherOf(
  store: ContainerStore,
  filter: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<((container: Container) => boolean) | undefined> {
  return filter && (await store.snapshot({ signal })).matcher(filter);
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("it takes a whole number, for example 5.");
  return Number(text);
}

/** The filters, for the help of commands that take them. */
export const filterHelp = `
Filters:
  id=BEGINNING             image=BEGINNING          layer=BEGINNING
  name=PATTERN             a regular expression, found anywhere in a name
  flag=KEY[=VALUE]         metadata=PATH[=VALUE]    has-data=true|false|KEY
  volatile=true|false      before=CONTAINER|TIME    since=CONTAINER|TIME
  TIME is how long ago (90s, 1h30m, 7d), a date, or a time such as
  2024-01-02T15:04:05Z.
`;
