import { ProgramError } from "../errors.ts";

/**
 * The text that bytes spell. Metadata is text in the format, so bytes that are
 * not UTF-8 could not be given back as they came: refused instead of altered.
 */
export function decodeMetadata(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ProgramError("ERR_FILE", `${source} is not UTF-8 text, and metadata is text`, {
      hint: "keep bytes as big data: `stowage data set`",
      cause,
    });
  }
}
