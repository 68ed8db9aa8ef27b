import type { Flag } from "./flag-set.ts";

/** The flags of this face's commands, by their place in the values. */

export const json: Flag = { names: ["-json", "j"], usage: "Prefer JSON output", key: "json" };

export function fileFlag(usage: string): Flag {
  return { names: ["-file", "f"], usage, key: "file" };
}

export function nameFlag(usage: string): Flag {
  return { names: ["-name", "n"], usage, key: "names" };
}

export const metadataFlags: readonly Flag[] = [
  { names: ["-metadata", "m"], usage: "Metadata", key: "metadata" },
  { names: ["-metadata-file", "f"], usage: "Metadata File", key: "metadataFile" },
];

export const createFlags: readonly Flag[] = [
  nameFlag("Container name"),
  { names: ["-volatile"], usage: "Mark as volatile", key: "volatile" },
  { names: ["-id", "i"], usage: "Container ID", key: "id" },
  ...metadataFlags,
  json,
  { names: ["-hostuidmap"], usage: "Force host UID map", key: "hostUidMap" },
  { names: ["-hostgidmap"], usage: "Force host GID map", key: "hostGidMap" },
  { names: ["-uidmap"], usage: "UID map", key: "uidMap" },
  { names: ["-gidmap"], usage: "GID map", key: "gidMap" },
  { names: ["-subuidmap"], usage: "subuid UID map for a user", key: "subUidMap" },
  { names: ["-subgidmap"], usage: "subgid GID map for a group", key: "subGidMap" },
];

export const existsFlags: readonly Flag[] = [
  { names: ["-quiet", "q"], usage: "Don't print names", key: "quiet" },
  { names: ["-layer", "l"], usage: "Only succeed if the match is a layer", key: "layer" },
  { names: ["-image", "i"], usage: "Only succeed if the match is an image", key: "image" },
  { names: ["-container", "c"], usage: "Only succeed if the match is a container", key: "container" },
  json,
];

export const checkFlags: readonly Flag[] = [
  json,
  { names: ["-max", "m"], usage: "Maximum allowed age for unreferenced layers", key: "max" },
  { names: ["-repair", "r"], usage: "Remove damaged images and layers", key: "repair" },
  { names: ["-force", "f"], usage: "Remove damaged containers", key: "force" },
  { names: ["-quick", "q"], usage: "Perform only quick checks", key: "quick" },
];

export const quietMetadata: Flag = { names: ["-quiet", "q"], usage: "Omit names and IDs", key: "quiet" };

/** What a command's flags are before its command line is read; those of the store are set apart. */
export type CommandValues = {
  json: boolean;
  quiet: boolean;
  names: string[];
  file: string;
  metadata: string;
  metadataFile: string;
  id: string;
  volatile: boolean;
  hostUidMap: boolean;
  hostGidMap: boolean;
  uidMap: string;
  gidMap: string;
  subUidMap: string;
  subGidMap: string;
  layer: boolean;
  image: boolean;
  container: boolean;
  max: string;
  repair: boolean;
  force: boolean;
  quick: boolean;
};

export function commandValues(): CommandValues {
  return {
    ...{ json: false, quiet: false, names: [], file: "", metadata: "", metadataFile: "", id: "" },
    ...{ volatile: false, hostUidMap: false, hostGidMap: false, uidMap: "", gidMap: "" },
    ...{ subUidMap: "", subGidMap: "", layer: false, image: false, container: false },
    ...{ max: "24h", repair: false, force: false, quick: false },
  };
}
