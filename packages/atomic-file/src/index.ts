export { AtomicFileError, type AtomicFileErrorCode, type AtomicFileErrorDetails } from "./errors.ts";
export type { FileData, RewriteOptions, WriteOptions, WrittenFile } from "./options.ts";
export { type ByteSource, type Chunk, closeSource } from "./sources.ts";
export { rewriteFileAtomic } from "./rewrite-file.ts";
export { writeFileAtomic } from "./write-file.ts";
export { openWriteSet, type PreparedFile, type WriteSet, type WriteSetFileOptions } from "./write-set.ts";
export type { AtomicWriter, CommitTarget } from "./atomic-writer.ts";
export { openAtomicWriter } from "./writer.ts";
