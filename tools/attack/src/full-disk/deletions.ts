import type { SeededRandom } from "@stowage/test-kit";
import type { Reply, Request } from "../faults/batch-program.ts";

export interface DeletionOptions {
  readonly random: SeededRandom;
  readonly lock: "kernel" | "portable";
  /** On ext4, as on most file systems, folders take room, too. Default tmpfs. */
  readonly disk?: "tmpfs" | "ext4";
  /** The share of the system calls, drawn by chance. Default 1. */
  readonly share?: number;
}

/** A deletion for which a full disk has no room until big data is gone. */
export interface FullDiskDeletion {
  readonly name: string;
  readonly request: Request;
  /** Whether removing the data makes room for the records: somebody may have it open. */
  readonly frees: boolean;
}

export const BEARER = "web";

const REQUESTS: readonly Request[] = [{ op: "wipe" }, { op: "delete", id: BEARER }];

export const DELETIONS: readonly FullDiskDeletion[] = REQUESTS.flatMap((request) =>
  [true, false].map((frees) => ({
    name: `${request.op} ${frees ? "that frees space" : "that frees nothing"}`,
    request,
    frees,
  })),
);

/** Whether a reply says that the containers are gone. */
export const isMade = ({ ok, message = "" }: Reply): boolean =>
  ok || message.includes("count as deleted") || message.startsWith("the change is made");
