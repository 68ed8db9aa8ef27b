import { isStowageError } from "../report-error.ts";
import { CommandFailure } from "./errors.ts";
import { quoted, systemError } from "./go-text.ts";

/** What each command's kind of work on an empty key is called. */
export type OnBigData = "retrieve container big data value" | "set" | "size" | "digest";

const emptyKey: Readonly<Record<OnBigData, string>> = {
  "retrieve container big data value": "can't retrieve container big data value for empty name",
  set: "can't set empty name for container big data item",
  size: "can't retrieve size of container big data with empty name",
  digest: "can't retrieve digest of container big data value with empty name",
};

/** A failure of the store in the words of containers/storage; where it has none, in ours. */
export function storeErrorText(error: unknown, doing?: OnBigData): string {
  if (error instanceof CommandFailure) return error.message;
  if (!isStowageError(error)) return error instanceof Error ? error.message : String(error);
  const { name, holder, path } = error.details;
  switch (error.code) {
    case "ERR_CONTAINER_UNKNOWN":
      return "container not known";
    case "ERR_DUPLICATE_ID":
      return "that ID is already in use";
    case "ERR_DUPLICATE_NAME":
      return (
        `the container name ${quoted(name ?? "")} is already in use by ${holder?.id ?? ""}. You have to remove ` +
        "that container to be able to reuse that name: that name is already in use"
      );
    case "ERR_SIZE_UNKNOWN":
      return "size is not known";
    case "ERR_DIGEST_UNKNOWN":
      return "could not compute digest of item";
    case "ERR_BIG_DATA_NOT_FOUND":
      return path === undefined ? error.message : `open ${path}: no such file or directory`;
    case "ERR_INVALID_BIG_DATA_NAME":
      if (doing !== undefined && error.details.key === "") {
        return `${emptyKey[doing]}: not a valid name for a big data item`;
      }
      return error.message;
    default:
      return error.message;
  }
}

/** Runs what reads or writes a file that the user named, and words its failure as the real program does. */
export async function withFile<T>(file: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw new CommandFailure(systemError("open", file, error) ?? storeErrorText(error), { cause: error });
  }
}
