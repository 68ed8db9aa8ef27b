import type { ContainerStore, Image, Layer } from "@stowage/store";

import { CommandFailure, NeedsRealProgram } from "./errors.ts";

/** The images and layers of the tree, as far as commands for containers ask for them. */
export interface SurroundingTree {
  readonly images: readonly Image[];
  readonly layers: readonly Layer[];
  /** What comes before a container of that name: the real program looks among layers first, then images. */
  kindOf(ref: string): "layer" | "image" | undefined;
  layerExists(ref: string): boolean;
  imageOf(ref: string): Image | undefined;
}

/**
 * Reads what lies beside the store. A tree without images and layers has none; one
 * whose files cannot be understood fails the command.
 *
 * @throws NeedsRealProgram where images lie in further stores, which we do not read
 */
export async function readTree(
  store: ContainerStore,
  signal: AbortSignal,
  hasFurtherImages: boolean,
): Promise<SurroundingTree> {
  if (hasFurtherImages) throw new NeedsRealProgram("images and layers of further image stores");
  const { images, layers, problems } = await store.images({ signal });
  const problem = problems.find(({ code }) => code !== "ERR_IMAGES_UNAVAILABLE");
  if (problem !== undefined) throw new CommandFailure(problem.message, { cause: problem });
  const [allImages, allLayers] = [images ?? [], layers ?? []];
  const imageOf = (ref: string): Image | undefined => lookup(allImages, ref);
  const layerExists = (ref: string): boolean => lookup(allLayers, ref) !== undefined;
  return {
    images: allImages,
    layers: allLayers,
    imageOf,
    layerExists,
    kindOf: (ref) => (layerExists(ref) ? "layer" : imageOf(ref) === undefined ? undefined : "image"),
  };
}

/** As all stores of containers/storage look something up: by id, then name, then the beginning of one id only. */
function lookup<T extends { readonly id: string; readonly names: readonly string[] }>(
  items: readonly T[],
  ref: string,
): T | undefined {
  const exact = items.find(({ id }) => id === ref) ?? items.find(({ names }) => names.includes(ref));
  if (exact !== undefined || ref === "") return exact;
  const [first, ...others] = items.filter(({ id }) => id.startsWith(ref));
  return others.length === 0 ? first : undefined;
}
