import type { Container } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import { place, type WrittenItem } from "../operations/items.ts";
import type { WriteSession } from "../persistence/write-session.ts";
import type { ImportConflict, ImportStep } from "../portable.ts";
import { decide, type Decision } from "./conflicts.ts";

/** Brings a container and all its items into the store, with one save: it appears whole or not at all. */
export async function carryOut(
  session: WriteSession,
  wanted: Container,
  items: readonly WrittenItem[],
  onConflict: ImportConflict,
): Promise<ImportStep> {
  const decision = decide(session.catalog, wanted, onConflict);
  const { id } = wanted;
  if (decision.action === "skip") return { id, outcome: "skipped", container: undefined };
  if (decision.action === "leave") return { id, outcome: "unchanged", container: decision.container };
  const { container, losers } = decision;
  await placeAll(session, container.id, items);
  if (decision.action === "replace") await removeOthers(session, decision, items);
  for (const loser of losers) session.replace(loser);
  if (decision.action === "create") session.insert(container);
  else session.replace(container);
  return { id, outcome: decision.action === "create" ? "created" : "replaced", container };
}

async function placeAll(session: WriteSession, id: string, items: readonly WrittenItem[]): Promise<void> {
  const placed = [];
  try {
    for (const item of items) placed.push(await place(session, item, id));
  } catch (error) {
    for (const move of placed.reverse()) await session.withdrawItem(move);
    throw error;
  }
}

/** The items of a container that is replaced go with it. */
async function removeOthers(
  session: WriteSession,
  { old }: Extract<Decision, { action: "replace" }>,
  items: readonly WrittenItem[],
): Promise<void> {
  const { paths } = session;
  const kept = new Set(items.map(({ key }) => paths.dataFile(old.id, key, false).file));
  for (const key of old.bigDataNames) {
    if (!paths.hasDataFile(old.id, key)) continue;
    if (!kept.has(paths.dataFile(old.id, key, false).file)) await session.removeItem(old.id, key);
  }
}

/** A record that comes without data cannot say that it has some. */
export const withoutData = (container: Container): Container =>
  withFields(container, { bigDataNames: [], bigDataSizes: new Map(), bigDataDigests: new Map() });
