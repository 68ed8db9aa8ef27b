import type { Problem } from "../protocol.ts";
import { HttpError } from "./http-error.ts";

/** By the store's code; every other one of its family is a store that cannot do it at the moment: 503. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ["ERR_CONTAINER_UNKNOWN", 404],
  ["ERR_BIG_DATA_NOT_FOUND", 404],
  ["ERR_CONTAINER_CHANGED", 409],
  ["ERR_DUPLICATE_NAME", 409],
  ["ERR_STORE_READ_ONLY", 403],
  ["ERR_INVALID_ARGUMENT", 400],
  ["ERR_INVALID_ID", 400],
  ["ERR_INVALID_BIG_DATA_NAME", 400],
  ["ERR_UNKNOWN_FILTER", 400],
  ["ERR_INVALID_FILTER", 400],
]);

const LONGEST = 2000;

/** Any error as the page is told it. What is no error of the store or of ours is a defect, and its text stays here. */
export function problemOf(error: unknown): Problem & { readonly status: number } {
  if (error instanceof HttpError) return { status: error.status, code: error.code, message: error.message };
  // By its shape: the store is not loaded here, only handed in.
  if (error instanceof Error && error.name === "StowageError" && "code" in error) {
    const code = String(error.code);
    return { status: STATUS.get(code) ?? 503, code, message: error.message.slice(0, LONGEST) };
  }
  return { status: 500, code: "ERR_INTERNAL", message: "unexpected: this is a defect of stowage" };
}

/** Whether it is one of the errors that are to be expected of a store or a request. */
export function isExpected(error: unknown): boolean {
  return problemOf(error).code !== "ERR_INTERNAL";
}
