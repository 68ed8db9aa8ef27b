import type { Container } from "@stowage/store";

import type { Call } from "../call.ts";
import { NeedsRealProgram } from "../errors.ts";
import { quoted } from "../go-text.ts";
import { recordJson } from "../records.ts";

export async function containers(call: Call): Promise<number> {
  const all = await call.store.list({ signal: call.signal });
  if (call.values.json) {
    await call.outJson(all.map(recordJson));
    return 0;
  }
  const lines = all.flatMap(({ id, names, bigDataNames }) => [
    id,
    ...names.map((name) => `\tname: ${name}`),
    ...bigDataNames.map((key) => `\tdata: ${key}`),
  ]);
  await call.out(lines.map((line) => `${line}\n`).join(""));
  return 0;
}

/** Those of the arguments that name a container; who else is asked for is left out. */
export async function matchesOf({ store, args, signal }: Call): Promise<Container[]> {
  const snapshot = await store.snapshot({ signal });
  return args.map((ref) => snapshot.find(ref)).filter((container) => container !== undefined);
}

export async function container(call: Call): Promise<number> {
  const matches = await matchesOf(call);
  const foundAll = matches.length === call.args.length;
  if (call.values.json) {
    await call.outJson(matches.map(recordJson));
    return foundAll ? 0 : 1;
  }
  const tree = await call.tree();
  // The size is that of the files in the layer, which only its driver can tell from those below it.
  const isUnknown = ({ layer }: Container): boolean => tree.layerExists(layer);
  if (call.hasRealProgram && matches.some(isUnknown)) {
    throw new NeedsRealProgram("the size of a container's layer");
  }
  for (const match of matches) {
    const image = tree.images.find(({ id }) => id === match.image);
    const lines = [
      `ID: ${match.id}`,
      ...match.names.map((name) => `Name: ${name}`),
      `Image: ${match.image}`,
      ...(image?.names ?? []).map((name) => `Image name: ${name}`),
      `Size unknown: ${
        isUnknown(match)
          ? "the size of a layer is known to containers-storage only, which is not installed"
          : `locating layer with ID ${quoted(match.layer)}: layer not known`
      }`,
      `Layer: ${match.layer}`,
      ...match.bigDataNames.map((key) => `Data: ${key}`),
    ];
    await call.out(lines.map((line) => `${line}\n`).join(""));
  }
  return foundAll && !matches.some(isUnknown) ? 0 : 1;
}

export async function containerParentOwners(call: Call): Promise<number> {
  const matches = await matchesOf(call);
  const tree = await call.tree();
  if (matches.some(({ layer }) => tree.layerExists(layer))) {
    throw new NeedsRealProgram("the owners of the folders above a layer's mount point");
  }
  if (matches.length > 0) await call.err("ContainerParentOwner: layer not known\n");
  return 1;
}
