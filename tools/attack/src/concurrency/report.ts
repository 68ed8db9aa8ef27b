/** What a hammer did and saw: the form of `peer hammer`, which `peer verify --expect` reads. */
export interface HammerReport {
  readonly pid: number;
  readonly impl: string;
  readonly mode: string;
  readonly workers: number;
  readonly ops: number;
  readonly seed: number;
  readonly elapsed_ms: number;
  /** What was acknowledged, by operation; `refused` are those that were told that the lock was lost, and were tried again. */
  readonly counts: Readonly<Record<string, number>>;
  readonly names: readonly string[];
  readonly containers: readonly Believed[];
  readonly deleted: readonly Gone[];
  readonly violations: readonly string[];
  readonly errors: readonly string[];
}

/** A container as it must be, by all that was acknowledged. */
export interface Believed {
  readonly id: string;
  names: string[];
  metadata: string;
  /** Digest by key. */
  readonly bigData: Record<string, string>;
}

export interface Gone {
  readonly id: string;
  readonly names: readonly string[];
}
