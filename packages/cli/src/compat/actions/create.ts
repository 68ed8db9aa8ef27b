import type { IdMapping } from "@stowage/store";

import type { Call } from "../call.ts";
import { CommandFailure, NeedsRealProgram } from "../errors.ts";
import { quoted } from "../go-text.ts";
import { recordJson } from "../records.ts";
import { readText } from "./data.ts";

/**
 * A container gets a layer of its own, so the real program makes it. Where there is
 * none, a container of no image is still made, without a layer: records are ours.
 */
export async function createContainer(call: Call): Promise<number> {
  if (call.hasRealProgram) throw new NeedsRealProgram("a layer for the container");
  const { values, ref: image, store, signal } = call;
  const metadata = values.metadataFile === "" ? values.metadata : await readText(call, values.metadataFile);
  const maps = idMaps(call);
  if (image !== "") {
    if ((await call.tree()).imageOf(image) === undefined) {
      throw new CommandFailure(`locating image with ID ${quoted(image)}: image not known`);
    }
    throw new NeedsRealProgram(`a layer on the image ${image}`);
  }
  const container = await store.create({
    id: values.id,
    names: values.names,
    metadata,
    ...maps,
    // As the real program where there is no SELinux: labels are for what is mounted.
    flags: { MountLabel: "", ProcessLabel: "" },
    volatile: values.volatile || store.transient,
    signal,
  });
  if (values.json) await call.outJson(recordJson(container));
  else await call.out([container.id, ...container.names.map((name) => `\t${name}`)].join("\n") + "\n");
  return 0;
}

function idMaps({ values }: Call): { uidMap: readonly IdMapping[]; gidMap: readonly IdMapping[] } {
  const { hostUidMap, hostGidMap, subUidMap, subGidMap } = values;
  if (hostUidMap && (values.uidMap !== "" || subUidMap !== "")) {
    throw new CommandFailure("host uid map specified along with UID mapping");
  }
  if (hostGidMap && (values.gidMap !== "" || subGidMap !== "")) {
    throw new CommandFailure("host gid map specified along with GID mapping");
  }
  if (subUidMap !== "" || subGidMap !== "")
    throw new NeedsRealProgram("the ranges of /etc/subuid and /etc/subgid");
  return { uidMap: parseIdMap(values.uidMap, "uid"), gidMap: parseIdMap(values.gidMap, "gid") };
}

/** Triples of 32-bit numbers, one after the other, all with colons between. */
function parseIdMap(text: string, setting: "uid" | "gid"): readonly IdMapping[] {
  if (text === "") return [];
  const numbers = text.split(":").map((word) => (/^\d+$/.test(word) ? Number(word) : NaN));
  if (numbers.length % 3 !== 0 || !numbers.every((number) => number < 2 ** 32)) {
    throw new CommandFailure(
      `initializing ID mappings: ${setting} setting is malformed expected ["uint32:uint32:uint32"]: [${quoted(text)}]`,
    );
  }
  return Array.from({ length: numbers.length / 3 }, (_, index) => {
    const [containerId, hostId, size] = numbers.slice(index * 3) as [number, number, number];
    return { containerId, hostId, size };
  });
}
