import type { ContainerStore, Transaction } from "./container-store.ts";
import type { Ghost, ImageNames } from "./image-names.ts";
import { check } from "./health/check.ts";
import { repair } from "./health/repair.ts";
import { collectGarbage } from "./operations/collect.ts";
import { findGhosts } from "./operations/ghosts.ts";
import { OperationsInTurns } from "./operations/container-operations.ts";
import { snapshot } from "./operations/query.ts";
import { transaction } from "./operations/transaction.ts";
import { OwnTurn, type Turn } from "./operations/turn.ts";
import { watchContainers } from "./operations/watch.ts";
import type {
  CheckOptions,
  ContainerWatch,
  Finding,
  GcOptions,
  GcResult,
  LockStatus,
  RepairOptions,
  RepairResult,
  WaitOptions,
  WatchOptions,
} from "./options.ts";
import type {
  ExportOptions,
  ExportResult,
  ExportTarget,
  ImportOptions,
  ImportResult,
  ImportSource,
} from "./portable.ts";
import { exportContainers } from "./portable/export.ts";
import { importContainers } from "./portable/import.ts";
import { StorageTree } from "./persistence/storage-tree.ts";
import type { Door } from "./persistence/door.ts";
import type { Snapshot } from "./query/snapshot.ts";
import type { StoreStatistics } from "./statistics.ts";

const NO_OPTIONS: WaitOptions = Object.freeze({});

/** The facade: each method is one turn through the door, and one operation. */
export class OpenedContainerStore extends OperationsInTurns implements ContainerStore {
  readonly #door: Door;
  readonly #tree: StorageTree;

  constructor(door: Door) {
    super();
    this.#door = door;
    this.#tree = new StorageTree(door.paths);
  }

  protected override run<T>(options: WaitOptions, operation: (turn: Turn) => Promise<T>): Promise<T> {
    return operation(new OwnTurn(this.#door, options));
  }

  get dir(): string {
    return this.#door.paths.dir;
  }

  get runDir(): string | undefined {
    return this.#door.paths.runDir;
  }

  get transient(): boolean {
    return this.#door.paths.transient;
  }

  get readOnly(): boolean {
    return this.#door.lock.readOnly;
  }

  get lockProtocol(): "kernel" | "portable" {
    return this.#door.lock.protocol;
  }

  async snapshot(options: WaitOptions = NO_OPTIONS): Promise<Snapshot> {
    return await this.run(options, snapshot);
  }

  async transaction<T>(
    work: (tx: Transaction) => T | Promise<T>,
    options: WaitOptions = NO_OPTIONS,
  ): Promise<T> {
    return await transaction(this.#door, work, options);
  }

  async export(target: ExportTarget, options: ExportOptions = NO_OPTIONS): Promise<ExportResult> {
    return await this.#door.during(() => exportContainers(this.#door, target, options));
  }

  async import(source: ImportSource, options: ImportOptions = NO_OPTIONS): Promise<ImportResult> {
    return await importContainers(this.#door, source, options);
  }

  async gc(options: GcOptions = NO_OPTIONS): Promise<GcResult> {
    return await collectGarbage(this.#door, options);
  }

  async check(options: CheckOptions = NO_OPTIONS): Promise<readonly Finding[]> {
    return await this.#door.during(async () => (await check(this.#door, options)).findings);
  }

  async repair(options: RepairOptions = NO_OPTIONS): Promise<RepairResult> {
    return await this.#door.during(() => repair(this.#door, options));
  }

  statistics(): StoreStatistics {
    return this.#door.statistics();
  }

  watch(options: WatchOptions = NO_OPTIONS): ContainerWatch {
    return watchContainers(this.#door, options);
  }

  async lockStatus(): Promise<LockStatus> {
    return await this.#door.lockStatus();
  }

  async images(options: WaitOptions = NO_OPTIONS): Promise<ImageNames> {
    return await this.#door.aside(options, (wait) => this.#tree.names(wait));
  }

  async ghosts(options: WaitOptions = NO_OPTIONS): Promise<readonly Ghost[]> {
    return await findGhosts(
      () => this.list(options),
      () => this.images(options),
    );
  }

  async close(): Promise<void> {
    await this.#door.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
