import type { Finding, RepairStep } from "../options.ts";
import { KeptContent } from "../persistence/kept-content.ts";
import { lookAt, openCarefully, setMode } from "../persistence/look.ts";
import { measureFile } from "../persistence/measure.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { modeFor, octal } from "./check-modes.ts";
import { FileChanges } from "./record-changes.ts";
import type { Survey } from "./survey.ts";
import { reasonOf } from "../persistence/failures.ts";

/** As /tmp has it. */
const STICKY = 0o1000;

/** With these, what is broken in a file is left out of it. */
const GIVING_UP: ReadonlySet<string> = new Set([
  "CHECK_FILE_UNREADABLE",
  "CHECK_FILE_UNSEARCHED",
  "CHECK_FILE_LOST",
]);

/** Of these the recorded content may be there still. */
const MAY_BE_KEPT: ReadonlySet<string> = new Set([
  "CHECK_BIG_DATA_MISSING",
  "CHECK_BIG_DATA_RESIZED",
  "CHECK_BIG_DATA_ALTERED",
]);

type Outcome = Pick<RepairStep, "outcome" | "detail">;

const done = (detail: string): Outcome => ({ outcome: "repaired", detail });
const failed = (detail: string): Outcome => ({ outcome: "failed", detail });

/** Mends finding by finding; the records are changed in memory only, until the caller writes `changedFiles`. */
export class Repairs {
  /** Copies that were kept of items. */
  readonly backups: string[] = [];
  /** Whether the last-write token is to be written anew. */
  wantsToken = false;
  readonly #paths: StorePaths;
  readonly #stable: FileChanges;
  readonly #volatile: FileChanges;
  readonly #kept: KeptContent;
  /** Files whose broken stretches may be given up: those for which that was chosen. */
  readonly #mayLose: ReadonlySet<string>;

  /** Ends the measuring of large files, while nobody else gets at the store. */
  readonly #signal: AbortSignal | undefined;

  /** @param chosen all the findings that `perform` will be called with */
  constructor(paths: StorePaths, now: Survey, chosen: readonly Finding[], signal: AbortSignal | undefined) {
    this.#paths = paths;
    this.#signal = signal;
    this.#kept = new KeptContent(paths);
    this.#stable = new FileChanges(now.stable);
    this.#volatile = new FileChanges(now.volatile);
    this.#mayLose = new Set(chosen.filter(({ code }) => GIVING_UP.has(code)).map(({ path }) => path ?? ""));
  }

  /** The files that are to be written: those of which records were changed, and a stable one that a token would make damage. */
  changedFiles(): FileChanges[] {
    const changed = [this.#stable, this.#volatile].filter((each) => each.changed);
    const { file } = this.#stable;
    const isEmptyList = file.isWhole && file.raw.bytes?.length === 0;
    if (!isEmptyList || this.#stable.changed || (changed.length === 0 && !this.wantsToken)) return changed;
    return [this.#stable, ...changed];
  }

  /**
   * What goes wrong with one finding is told, and the others are mended. Rejects only with the signal's reason: until
   * the caller writes the files nothing was changed but modes, and items whose recorded content was put back.
   */
  async perform(finding: Finding): Promise<Outcome> {
    return await this.#perform(finding).catch((error: unknown) => this.#failure(error));
  }

  #failure(error: unknown): Outcome {
    this.#signal?.throwIfAborted();
    return failed(reasonOf(error));
  }

  async #perform(finding: Finding): Promise<Outcome> {
    switch (finding.code) {
      case "CHECK_FILE_UNREADABLE":
      case "CHECK_FILE_UNSEARCHED":
      case "CHECK_FILE_LOST":
        return this.#inFile(finding, (file) => {
          file.changed = true;
          const records = file.entries.length;
          return `kept a copy of the file, and wrote it again with ${records} record${records === 1 ? "" : "s"}`;
        });
      case "CHECK_FILE_MISSING":
        return this.#inFile(finding, (file) => {
          file.changed = true;
          return "began an empty list";
        });
      case "CHECK_DUPLICATE_ID":
        return this.#inFile(finding, (file, record) => {
          file.remove(record);
          return `took record ${record} out`;
        });
      case "CHECK_ID_NO_FILE_NAME":
        return this.#inFile(finding, (file, record) => {
          file.remove(record);
          return `took record ${record} out, and nothing else`;
        });
      case "CHECK_DUPLICATE_NAME":
      case "CHECK_NAME_ACROSS_FILES":
        return this.#inFile(finding, (file, record) => {
          file.removeName(record, finding.name ?? "");
          return `took the name from ${finding.id ?? ""}`;
        });
      case "CHECK_BIG_DATA_MISSING":
        return (await this.#putBack(finding)) ?? (await this.#takeOut(finding));
      case "CHECK_KEY_NO_FILE_NAME":
      case "CHECK_BIG_DATA_UNLISTED":
        return await this.#takeOut(finding);
      case "CHECK_BIG_DATA_RESIZED":
      case "CHECK_BIG_DATA_ALTERED":
        return (await this.#putBack(finding)) ?? (await this.#measureAnew(finding));
      case "CHECK_BIG_DATA_UNMEASURED":
        return await this.#measureAnew(finding);
      case "CHECK_MODE_WRONG":
        return await this.#setMode(finding.path ?? "");
      case "CHECK_TOKEN_MISSING":
      case "CHECK_TOKEN_LENGTH":
      case "CHECK_TOKEN_INVALID":
      case "CHECK_TOKEN_STALE":
      case "CHECK_TOKEN_FUTURE":
        this.wantsToken = true;
        return done("wrote a token");
      default:
        return failed(finding.action);
    }
  }

  /** Changes the file of the finding, unless that would give up what is broken in it without having been asked for. */
  #inFile(finding: Finding, change: (file: FileChanges, record: number) => string): Outcome {
    const file = [this.#stable, this.#volatile].find((each) => each.file.raw.path === finding.path);
    if (file === undefined) return failed(`${finding.path ?? "the file"} is no file of records`);
    if (!this.#mayWrite(file)) return failed(cannotWrite(file));
    return done(change(file, finding.record ?? 0));
  }

  async #inRecord(
    { id = "", key = "" }: Finding,
    change: (file: FileChanges, record: number, key: string) => Promise<string>,
  ): Promise<Outcome> {
    for (const file of [this.#stable, this.#volatile]) {
      const record = file.find(id);
      if (record === undefined) continue;
      return this.#mayWrite(file) ? done(await change(file, record, key)) : failed(cannotWrite(file));
    }
    return failed("the container is not there any more");
  }

  async #takeOut(finding: Finding): Promise<Outcome> {
    return await this.#inRecord(finding, (file, record, key) => {
      file.removeItem(record, key);
      return Promise.resolve("took the item out of the record");
    });
  }

  #mayWrite({ file }: FileChanges): boolean {
    return file.isWhole || (file.raw.problem === undefined && this.#mayLose.has(file.raw.path));
  }

  /**
   * The part of a finding's repair that gives nothing up, for one that was not chosen. Undefined when there is none.
   * Rejects as `perform`.
   */
  async performFreely(finding: Finding): Promise<Outcome | undefined> {
    if (!MAY_BE_KEPT.has(finding.code)) return undefined;
    return await this.#putBack(finding).catch((error: unknown) => this.#failure(error));
  }

  /** A write that was cut short may have left the content of which the record speaks. */
  async #putBack({ id = "", key = "" }: Finding): Promise<Outcome | undefined> {
    for (const file of [this.#stable, this.#volatile]) {
      const container = file.container(file.find(id) ?? 0);
      if (container === undefined) continue;
      const size = container.bigDataSizes.get(key);
      const digest = container.bigDataDigests.get(key);
      if (size === undefined || digest === undefined) return undefined;
      const place = this.#paths.dataFile(id, key, false);
      const put = await this.#kept.putBack(place, { size: BigInt(size), digest }, this.#signal);
      if (put === undefined) return undefined;
      if (put.backup !== undefined) this.backups.push(put.backup);
      return done("put the recorded content back, which a write that was cut short had left");
    }
    return undefined;
  }

  async #measureAnew(finding: Finding): Promise<Outcome> {
    return await this.#inRecord(finding, (file, record, key) => this.#measure(file, record, key));
  }

  async #measure(file: FileChanges, record: number, key: string): Promise<string> {
    const container = file.container(record)!;
    const { folders, file: path } = this.#paths.dataFile(container.id, key, false);
    const opened = openCarefully(folders, path);
    if (!("file" in opened)) throw new Error(`${path} cannot be read any more`);
    try {
      const measured = await measureFile(opened.file, this.#signal);
      file.measure(record, key, measured);
      return `recorded ${measured.size} bytes, ${measured.digest}`;
    } finally {
      opened.file.close();
    }
  }

  async #setMode(path: string): Promise<Outcome> {
    const stats = lookAt(path);
    if (stats === undefined) return failed("it is not there any more");
    const { lockFile, volatileDir } = this.#paths;
    if (path === volatileDir && (stats.mode & STICKY) !== 0)
      return failed("everybody is meant to write there; give the store a run folder of its own");
    const what =
      path === lockFile ? "lock" : path === volatileDir ? "run" : stats.isDirectory() ? "folder" : "file";
    const mode = modeFor(stats, what);
    await setMode(path, mode);
    return done(`set the mode to ${octal(mode)}`);
  }
}

function cannotWrite({ file }: FileChanges): string {
  const { path } = file.raw;
  return `${path} cannot be read whole: what is broken in it would be lost; mend that first`;
}
