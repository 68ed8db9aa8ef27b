import { check } from "./actions/check.ts";
import { container, containerParentOwners, containers } from "./actions/containers.ts";
import { createContainer } from "./actions/create.ts";
import { dataDigest, dataSize, getData, listData, setData } from "./actions/data.ts";
import { deleteContainers, deleteThings } from "./actions/delete.ts";
import { exists } from "./actions/exists.ts";
import { containerDir, containerRunDir } from "./actions/folders.ts";
import { metadata, setMetadata } from "./actions/metadata.ts";
import { addNames, getNames, removeNames, setNames } from "./actions/names.ts";
import { status, version } from "./actions/status.ts";
import { gc, wipe } from "./actions/whole-tree.ts";
import type { Action } from "./call.ts";
import type { Flag } from "./flag-set.ts";
import { checkFlags, createFlags, existsFlags, fileFlag, json, metadataFlags, nameFlag } from "./flags.ts";
import { quietMetadata } from "./flags.ts";

/** A command that this face carries out itself, as far as it is about containers. */
export interface CompatCommand {
  /** What stands behind the command in its help. */
  readonly takes: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  readonly flags: readonly Flag[];
  readonly action: Action;
}

function command(
  takes: string,
  [minArgs, maxArgs]: readonly [number, number],
  flags: readonly Flag[],
  action: Action,
): CompatCommand {
  return { takes, minArgs, maxArgs, flags, action };
}

const none = [0, 0] as const;
const one = [1, 1] as const;
const two = [2, 2] as const;
const some = [1, Infinity] as const;

const aContainer = "[options [...]] containerNameOrID";
const anItem = `${aContainer} dataName`;
const anything = "[LayerOrImageOrContainerNameOrID [...]]";
const named = "[options [...]] imageOrContainerNameOrID";

/** By the usual name of each. */
export const commands: ReadonlyMap<string, CompatCommand> = new Map([
  ["check", command("", none, checkFlags, check)],
  ["container", command(`${aContainer} [...]`, some, [json], container)],
  ["list-container-data", command(aContainer, one, [json], listData)],
  ["get-container-data", command(anItem, two, [fileFlag("Write data to file")], getData)],
  ["get-container-data-size", command(anItem, two, [], dataSize)],
  ["get-container-data-digest", command(anItem, two, [], dataDigest)],
  ["set-container-data", command(anItem, two, [fileFlag("Read data from file")], setData)],
  ["get-container-dir", command(aContainer, one, [], containerDir)],
  ["get-container-run-dir", command(aContainer, one, [], containerRunDir)],
  ["container-parent-owners", command(`${aContainer} [...]`, some, [json], containerParentOwners)],
  ["containers", command("[options [...]]", none, [json], containers)],
  ["create-container", command("[options [...]] parentImageNameOrID", one, createFlags, createContainer)],
  ["delete", command(anything, some, [json], deleteThings)],
  ["delete-container", command("[ContainerNameOrID [...]]", some, [json], deleteContainers)],
  ["exists", command(anything, some, existsFlags, exists)],
  ["gc", command("", none, [json], gc)],
  ["metadata", command(anything, some, [quietMetadata, json], metadata)],
  [
    "set-metadata",
    command("[options [...]] layerOrImageOrContainerNameOrID", one, metadataFlags, setMetadata),
  ],
  ["get-names", command(named, one, [json], getNames)],
  ["add-names", command(named, some, [nameFlag("Name to add"), json], addNames)],
  ["remove-names", command(named, some, [nameFlag("Name to remove"), json], removeNames)],
  ["set-names", command(named, some, [nameFlag("New name"), json], setNames)],
  ["status", command("", none, [json], status)],
  ["version", command("", none, [json], version)],
  ["wipe", command("", none, [json], wipe)],
]);
