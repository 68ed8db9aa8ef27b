/** What an open store has done so far, at one moment. The counts begin with its opening and only grow. */
export interface StoreStatistics {
  /** Containers that are remembered; another process may have changed the store since. */
  readonly records: number;
  /** Bytes of the files of records, as last read or written. */
  readonly bytes: number;
  /** Times that the files were read: at the opening, and when somebody else had written. */
  readonly loads: number;
  /** Loads of those that kept records of before, and decoded only what differed. */
  readonly incrementalLoads: number;
  readonly recordsDecoded: number;
  /** Times that files of records were written. */
  readonly saves: number;
  /** Records that had to be encoded for it, and the bytes of them; all other bytes were copied. */
  readonly recordsEncoded: number;
  readonly bytesEncoded: number;
  /** Changes that were acknowledged. */
  readonly changes: number;
  /** Changes of those that shared a save with others. */
  readonly groupedChanges: number;
  /** Times that changes had to wait until another process, or a reader of this one, let go of the lock. */
  readonly waits: number;
}

/** Published on the diagnostics channel `stowage:store:load` after the files were read. */
export interface LoadMessage {
  readonly dir: string;
  readonly incremental: boolean;
  readonly recordsDecoded: number;
  /** How long it took. */
  readonly milliseconds: number;
}

/** Published on the diagnostics channel `stowage:store:save` after files were written. */
export interface SaveMessage {
  readonly dir: string;
  readonly recordsEncoded: number;
  readonly bytesEncoded: number;
  /** Of the written files, together. */
  readonly bytes: number;
  /** How long it took, with all syncs. */
  readonly milliseconds: number;
}

/** Published on the diagnostics channel `stowage:store:wait` when a change got the lock that was not free at once. */
export interface WaitMessage {
  readonly dir: string;
  /** How long it waited. */
  readonly milliseconds: number;
}
