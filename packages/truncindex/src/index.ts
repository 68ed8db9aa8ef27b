export { CANDIDATES_IN_ERROR, TruncIndexError, type TruncIndexErrorCode } from "./errors.ts";
export { generateId, isId, truncateId } from "./id.ts";
export { TruncIndex, type PrefixMiss } from "./trunc-index.ts";
