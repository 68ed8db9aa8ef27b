/** Bytes that are no file of records. The caller knows the file's path; this knows the place in it. */
export class CodecError extends Error {
  override readonly name = "CodecError";
  /** Byte at which reading ended, from the beginning of the file. */
  readonly offset: number;
  /** What is wrong there, without the place. */
  readonly reason: string;
  /** Which record of the file it is, counted from 1; undefined outside of records. */
  readonly recordNumber: number | undefined;

  constructor(reason: string, offset: number, recordNumber?: number) {
    const where = recordNumber === undefined ? "" : `record ${recordNumber}, `;
    super(`${where}byte ${offset}: ${reason}`);
    this.reason = reason;
    this.offset = offset;
    this.recordNumber = recordNumber;
  }
}
