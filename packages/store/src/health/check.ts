import type { HeldLock } from "@stowage/lockfile";
import type { Container } from "../model/container.ts";
import type { CheckOptions, CheckProgress, Finding } from "../options.ts";
import type { Door } from "../persistence/door.ts";
import { lookAt } from "../persistence/look.ts";
import { closeItem } from "./check-item.ts";
import type { FindingCode } from "./findings.ts";
import { Pace } from "../persistence/pace.ts";
import { ItemProgress } from "./item-progress.ts";
import { type Caught, catchSuspect, judge, type Suspect, suspectsOf } from "./suspects.ts";
import { checkSurvey, glance, survey, type Survey } from "./survey.ts";

/** How many suspects are caught in one turn with the lock; each may keep a file open. */
const TURN = 16;

/** What a check came to. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** The containers and items about which there are findings. */
  readonly suspects: readonly Suspect[];
}

/**
 * Looks through a store for what is wrong. Reads only, never takes the write
 * lock, and follows no link.
 *
 * The lock is held to read the files of records and the folder's list, and then
 * let go: items are read while others go on working. What looks wrong then may
 * just have been replaced at that moment, so it is looked at once more, with the
 * lock held and by the records of that moment. Only that is reported.
 */
export async function check(door: Door, options: CheckOptions): Promise<Checked> {
  const { paths } = door;
  const { data = true, signal } = options;
  const pace = new Pace(signal);
  const tell = (progress: CheckProgress): void => options.onProgress?.(progress);
  signal?.throwIfAborted();
  const first = await survey(
    await door.readUnloaded(options, (held) => glance(paths, held, pace)),
    pace,
    tell,
  );
  const findings = await checkSurvey(paths, first, pace, Date.now());
  const suspects = await findSuspects(door, first.containers, data, pace, tell);
  const confirmed = await confirm(door, first, suspects, options, pace, tell);
  return { findings: [...stillThere(findings), ...confirmed], suspects };
}

async function findSuspects(
  { paths }: Door,
  containers: ReadonlyMap<string, Container>,
  data: boolean,
  pace: Pace,
  tell: (progress: CheckProgress) => void,
): Promise<Suspect[]> {
  const found: Suspect[] = [];
  const progress = new ItemProgress(data ? containers : new Map(), containers.size, tell);
  for (const container of containers.values()) {
    for (const suspect of suspectsOf(paths, container)) {
      const caught = await catchSuspect(paths, containers, suspect, pace);
      const { signal } = pace;
      const onRead = (bytes: number): void => progress.reading(bytes);
      if (caught !== undefined && (await judge(caught, { data, signal, onRead })).length > 0)
        found.push(suspect);
      progress.past(container, suspect);
      if (pace.isOver) {
        progress.tell();
        await pace.rest();
      }
    }
    progress.pastContainer();
  }
  progress.tell();
  return found;
}

async function confirm(
  door: Door,
  first: Survey,
  suspects: readonly Suspect[],
  options: CheckOptions,
  pace: Pace,
  tell: (progress: CheckProgress) => void,
): Promise<Finding[]> {
  const { data = true, signal } = options;
  const findings: Finding[] = [];
  let latest = first;
  for (let done = 0; done < suspects.length; done += TURN) {
    tell({ done, total: suspects.length, what: "findings" });
    const caught = await door.readUnloaded(options, async (held) => {
      if (hasChanged(latest, held))
        latest = await survey(await glance(door.paths, held, pace), pace, () => undefined);
      return await catchAll(door, latest.containers, suspects.slice(done, done + TURN), pace);
    });
    try {
      for (const one of caught) {
        findings.push(...(await judge(one, { data, signal })));
        if (pace.isOver) await pace.rest();
      }
    } finally {
      // Those that were judged are closed; closing them again does nothing.
      for (const { item } of caught) if (item !== undefined) closeItem(item);
    }
  }
  return findings;
}

async function catchAll(
  { paths }: Door,
  containers: ReadonlyMap<string, Container>,
  suspects: readonly Suspect[],
  pace: Pace,
): Promise<Caught[]> {
  const all: Caught[] = [];
  for (const suspect of suspects) {
    const caught = await catchSuspect(paths, containers, suspect, pace);
    if (caught !== undefined) all.push(caught);
  }
  return all;
}

/** Whether the records may be others than those that were read. */
function hasChanged({ raw }: Survey, held: HeldLock): boolean {
  return !held.locked || !Buffer.from(raw.token).equals(held.lastWrite().bytes);
}

const LEFTOVERS: ReadonlySet<string> = new Set<FindingCode>([
  "CHECK_FOLDER_SET_ASIDE",
  "CHECK_FILE_TEMPORARY",
]);

/** A deletion removes what it set aside after it let go of the lock: what is gone by now was no leftover. */
function stillThere(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const found of findings) {
    if (!LEFTOVERS.has(found.code) || lookAt(found.path ?? "") !== undefined) kept.push(found);
  }
  return kept;
}
