/** Counters of one open store; they only grow. */
export interface MemoryCounters {
  /** Times that the files were read. */
  loads: number;
  /** Those that kept records of before. */
  incrementalLoads: number;
  /** Records decoded by them. */
  decoded: number;
  /** Times that files were written. */
  saves: number;
  /** Records encoded by them, and the bytes of those. */
  encoded: number;
  bytesEncoded: number;
}

export const noCounts = (): MemoryCounters => ({
  loads: 0,
  incrementalLoads: 0,
  decoded: 0,
  saves: 0,
  encoded: 0,
  bytesEncoded: 0,
});
