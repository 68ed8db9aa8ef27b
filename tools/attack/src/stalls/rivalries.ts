import type { ContainerStore } from "@stowage/store";
import type { Request } from "../faults/batch-program.ts";
import { OPERATIONS } from "../faults/operations.ts";

/** What one who is stopped asks for, and what another does meanwhile. */
export interface Rivalry {
  readonly name: string;
  readonly request: Request;
  readonly other: (store: ContainerStore) => Promise<unknown>;
  /** Brings an item in line with its record, when the one who was stopped was refused after it had replaced it. */
  readonly mend?: ((store: ContainerStore) => Promise<unknown>) | undefined;
}

const CHANGES = [
  "create",
  "create volatile",
  "replace an item",
  "set metadata",
  "take a name across the files",
  "delete",
];

const item = Buffer.alloc(900, "c");

/** Changes of different containers, and of the same one. */
export const RIVALRIES: readonly Rivalry[] = [
  ...OPERATIONS.filter(({ name }) => CHANGES.includes(name)).map(({ name, request }) => ({
    name,
    request,
    other: (store: ContainerStore) => store.create({ id: "other", names: ["o"] }),
    mend: (store: ContainerStore) => store.setBigData("web", "config.json", item),
  })),
  {
    name: "add the item that another adds",
    request: { op: "setBigData", id: "web", key: "log", base64: Buffer.from("ours").toString("base64") },
    other: (store) => store.setBigData("web", "log", "theirs"),
  },
];
