import { isDeepStrictEqual } from "node:util";
import type { Container } from "./container.ts";

/** A field of a record that can change; its id never does. */
export type ContainerField = Exclude<keyof Container, "id">;

export interface ContainerCreated {
  readonly type: "created";
  readonly id: string;
  readonly after: Container;
}

export interface ContainerChanged {
  readonly type: "changed";
  readonly id: string;
  readonly before: Container;
  readonly after: Container;
  /** The fields that differ; never empty. */
  readonly fields: readonly ContainerField[];
}

export interface ContainerRemoved {
  readonly type: "removed";
  readonly id: string;
  readonly before: Container;
}

/** What became of one container. */
export type ContainerChange = ContainerCreated | ContainerChanged | ContainerRemoved;

const LISTS = ["names", "bigDataNames", "uidMap", "gidMap"] as const;
const MAPS = ["bigDataSizes", "bigDataDigests", "flags", "unknownFields"] as const;

const ORDER: readonly ContainerField[] = [
  ...(["names", "image", "layer", "metadata", "bigDataNames", "bigDataSizes", "bigDataDigests"] as const),
  ...(["created", "uidMap", "gidMap", "flags", "volatile", "unknownFields"] as const),
];

/** The fields in which two records of one container differ. In which order a map has its keys is no difference. */
export function changedFields(before: Container, after: Container): readonly ContainerField[] {
  const isSame = (field: ContainerField): boolean => {
    if (before[field] === after[field]) return true;
    if (isOneOf(LISTS, field)) return isDeepStrictEqual(before[field], after[field]);
    // Copied: the maps of a record keep what they hold where no comparison can see it.
    if (isOneOf(MAPS, field)) return isDeepStrictEqual(copyOf(before[field]), copyOf(after[field]));
    return false;
  };
  return ORDER.filter((field) => !isSame(field));
}

const copyOf = (map: ReadonlyMap<string, unknown>): Map<string, unknown> => new Map(map);

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}
