import type { ContainerChanged, ContainerField } from "@stowage/store";

/** The members of the record as the program prints it, by the fields of the library. */
const members: Readonly<Record<Exclude<ContainerField, "unknownFields">, string>> = {
  names: "names",
  image: "image",
  layer: "layer",
  metadata: "metadata",
  bigDataNames: "big-data-names",
  bigDataSizes: "big-data-sizes",
  bigDataDigests: "big-data-digests",
  created: "created",
  uidMap: "uidmap",
  gidMap: "gidmap",
  flags: "flags",
  volatile: "volatileStore",
};

/** Which members of the printed record differ; those that nobody here knows by their own names. */
export function changedMembers({ fields, before, after }: ContainerChanged): readonly string[] {
  return fields.flatMap((field) => {
    if (field !== "unknownFields") return [members[field]];
    const names = new Set([...before.unknownFields.keys(), ...after.unknownFields.keys()]);
    return [...names].filter((name) => before.unknownFields.get(name) !== after.unknownFields.get(name));
  });
}
