import type { HeldWriteLock } from "@stowage/lockfile";
import { StowageError } from "../errors.ts";
import { flag } from "../model/arguments.ts";
import type { Finding, RepairOptions, RepairResult, RepairStep } from "../options.ts";
import { withBackups } from "../persistence/backup.ts";
import { reasonOf } from "../persistence/failures.ts";
import type { Door } from "../persistence/door.ts";
import { FileImage } from "../persistence/file-image.ts";
import { cutFile } from "../persistence/look.ts";
import { keepListOfFolders } from "../persistence/lost-folders.ts";
import { saveFiles } from "../persistence/save.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { check } from "./check.ts";
import { type FindingCode, FINDINGS, isFindingCode } from "./findings.ts";
import { Pace } from "../persistence/pace.ts";
import { surroundingsOf } from "./check-store.ts";
import type { FileChanges } from "./record-changes.ts";
import { Repairs } from "./repairs.ts";
import { catchSuspect, judge, type Suspect } from "./suspects.ts";
import { checkSurvey, glance, survey, type Survey } from "./survey.ts";

/**
 * Does what `check` proposed. The store is checked first, without keeping others
 * from their work; then everything that was found is looked at again and mended
 * in one turn with the write lock. A copy of each file of records is kept before
 * the file is replaced.
 */
export async function repair(door: Door, options: RepairOptions): Promise<RepairResult> {
  const chosen = choice(options.codes);
  const dryRun = flag(options.dryRun, "dryRun");
  const { findings, suspects } = await check(door, options);
  if (dryRun) {
    return { steps: findings.map((finding) => plan(finding, chosen)), backups: [], dryRun };
  }
  const pace = new Pace(options.signal);
  return await door.writeUnloaded(options, async (held) => {
    const now = await survey(await glance(door.paths, held, pace), pace, () => undefined);
    const again = [
      ...(await checkSurvey(door.paths, now, pace, Date.now())),
      ...(await lookAgain(door, now, suspects, pace, options)),
    ];
    const mended = await mend(door, held, now, again, { chosen, signal: options.signal });
    if (again.some(isUnfinished)) return { ...mended, steps: await finishAfterAll(door, held, mended.steps) };
    const done = findings.filter(isUnfinished).map(finished);
    return { ...mended, steps: [...done, ...mended.steps] };
  });
}

const isUnfinished = ({ code }: Finding): boolean => code === "CHECK_COMMIT_UNFINISHED";

/** Whoever takes the lock for writing has done it by then. */
function finished(finding: Finding): RepairStep {
  return {
    finding,
    outcome: "repaired",
    detail: "what the writer had begun is finished, as far as that can be done",
  };
}

/** A deletion could not be finished in files that could not be read: now perhaps it can. */
async function finishAfterAll(
  door: Door,
  held: HeldWriteLock,
  steps: readonly RepairStep[],
): Promise<readonly RepairStep[]> {
  const failure = await door.memory.finishDeletion(held).then(
    () => undefined,
    (error: unknown) => ({ reason: reasonOf(error) }),
  );
  return steps.map((step) => {
    if (!isUnfinished(step.finding)) return step;
    return failure === undefined
      ? finished(step.finding)
      : { ...step, outcome: "failed", detail: `it cannot be finished yet: ${failure.reason}` };
  });
}

const TOKEN_LENGTH = 64;

const isTooLong = ({ listing }: Survey): boolean => surroundingsOf(listing).lock.size > TOKEN_LENGTH;

/** What the caller wants mended. */
interface Choice {
  readonly includes: (finding: Finding) => boolean;
  /** Whether he named nothing: of what he did not choose, whatever gives nothing up is done, too. */
  readonly isDefault: boolean;
}

/** @throws StowageError ERR_INVALID_ARGUMENT for a code that there is not, or that nothing can be done about here */
function choice(codes: readonly string[] | undefined): Choice {
  if (codes === undefined) return { includes: ({ repair: who }) => who === "safe", isDefault: true };
  if (!Array.isArray(codes)) throw new TypeError("codes must be an array of strings");
  for (const code of codes as readonly unknown[]) {
    if (typeof code !== "string") throw new TypeError("codes must be an array of strings");
    if (isFindingCode(code) && canRepair(code)) continue;
    const known = Object.keys(FINDINGS).filter((each) => isFindingCode(each) && canRepair(each));
    const what = isFindingCode(code) ? `nothing that repair can do (${FINDINGS[code].action})` : "not known";
    throw new StowageError(
      "ERR_INVALID_ARGUMENT",
      `the code ${code} is ${what}; choose of ${known.join(", ")}`,
    );
  }
  const chosen = new Set(codes);
  return { includes: ({ code }) => chosen.has(code), isDefault: false };
}

const canRepair = (code: FindingCode): boolean =>
  FINDINGS[code].repair === "safe" || FINDINGS[code].repair === "named";

function plan(finding: Finding, chosen: Choice): RepairStep {
  return chosen.includes(finding)
    ? { finding, outcome: "planned", detail: finding.action }
    : { finding, outcome: "left", detail: whyLeft(finding) };
}

function whyLeft({ code, repair: who, action }: Finding): string {
  if (who === "safe") return "not asked for";
  return who === "named" ? `something is given up: only when ${code} is named` : action;
}

async function lookAgain(
  door: Door,
  now: Survey,
  suspects: readonly Suspect[],
  pace: Pace,
  { data = true, signal }: RepairOptions,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const suspect of suspects) {
    const caught = await catchSuspect(door.paths, now.containers, suspect, pace);
    if (caught !== undefined) findings.push(...(await judge(caught, { data, signal })));
  }
  return findings;
}

async function mend(
  door: Door,
  held: HeldWriteLock,
  now: Survey,
  findings: readonly Finding[],
  { chosen, signal }: { readonly chosen: Choice; readonly signal: AbortSignal | undefined },
): Promise<RepairResult> {
  const repairs = new Repairs(door.paths, now, findings.filter(chosen.includes), signal);
  const steps: RepairStep[] = [];
  for (const finding of findings) {
    held.assertHeld();
    signal?.throwIfAborted();
    const outcome = chosen.includes(finding)
      ? await repairs.perform(finding)
      : chosen.isDefault
        ? await repairs.performFreely(finding)
        : undefined;
    steps.push({ finding, ...(outcome ?? { outcome: "left", detail: whyLeft(finding) }) });
  }
  const changed = repairs.changedFiles();
  if (repairs.wantsToken && isTooLong(now)) await cutFile(door.paths.lockFile, TOKEN_LENGTH);
  const backups = [...repairs.backups, ...(await save(door, held, changed, now))];
  if (repairs.wantsToken && changed.length === 0) held.recordWrite();
  return { steps, backups, dryRun: false };
}

/** Writes the files again, with a token, after a copy of each was kept. Resolves to the copies' paths. */
async function save(
  door: Door,
  held: HeldWriteLock,
  changed: readonly FileChanges[],
  { containers, otherIds, stable, volatile }: Survey,
): Promise<readonly string[]> {
  if (changed.length === 0) return [];
  const isKnown = (id: string): boolean =>
    containers.has(id) || otherIds?.has(id) === true || stable.isDeleted(id) || volatile.isDeleted(id);
  const isGivenUp = changed.some(({ file }) => !file.isWhole);
  const originals = changed.filter(({ file }) => file.raw.bytes !== undefined);
  const images = changed.map(({ file }) => new FileImage(file.raw.path, file.raw.isVolatile));
  const entriesIn = (isVolatile: boolean): readonly RecordEntry[] =>
    changed.flatMap(({ entries }) => entries.filter((entry) => entry.volatile === isVolatile));
  const { backups } = await withBackups(
    originals.map(({ file }) => file.raw.path),
    () =>
      saveFiles(
        door.paths,
        held,
        { images, entriesIn, entriesBefore: undefined, moves: [], leaving: [], isOneChange: true },
        door.warn,
      ),
    // What is given up of the files may have been the records of whose folders are there.
    async () => (isGivenUp ? await keepListOfFolders(door.paths, isKnown) : undefined),
  );
  return backups;
}
