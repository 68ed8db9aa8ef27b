import type { LiveUpdate } from "@stowage/live";
import type { Container, LockStatus, SortKey, StoreStatistics } from "@stowage/store";
import type { Tree } from "../images.ts";
import type { Content, Trouble } from "./state.ts";

/**
 * The store as the view sees it. The view is a file of its own that is loaded when it is used; what
 * it needs of the store comes by this, so that the store is not in it a second time.
 */
export interface TopSource {
  readonly dir: string;
  follow(signal: AbortSignal): AsyncIterable<LiveUpdate>;
  lockStatus(): Promise<LockStatus>;
  statistics(): StoreStatistics;
  /** What the tree around the store says; undefined where there is none. */
  lookAround(): Promise<Tree | undefined>;
  /** A filter as `ls --filter` takes it, as a test. Rejects when it is none. */
  matcher(filters: readonly string[]): Promise<(container: Container) => boolean>;
  compare(key: SortKey): (one: Container, other: Container) => number;
  record(container: Container): string;
  /** The first bytes of an item of big data. */
  read(id: string, key: string, limit: number): Promise<Content>;
  describe(error: unknown): Trouble;
  /** Called with each remark from now on, instead of standard error. */
  onRemark(show: (remark: string) => void): void;
}
