import type { ContainerStore, ImageNames, MissingPart } from "@stowage/store";

import type { CommandContext } from "./context.ts";
import { UsageError } from "./errors.ts";
import { isStowageError } from "./report-error.ts";

/** Images are an addition to a list: others who keep their locks must not hold it up for long. */
const PATIENCE = 2000;

/** What the tree around a store says of its containers. */
export interface Tree {
  readonly images: ImageNames;
  /** What is gone, by the container's id. */
  readonly missing: ReadonlyMap<string, readonly MissingPart[]>;
}

/**
 * What is known of images and layers, for showing it; undefined for a store that lies in no
 * containers/storage tree. Where something cannot be read, that is remarked and nothing fails.
 */
export async function lookAround(context: CommandContext, store: ContainerStore): Promise<Tree | undefined> {
  const { signal, globals } = context;
  const options = { signal, timeout: Math.min(globals.lockTimeout ?? PATIENCE, PATIENCE) };
  // Ghosts first: they find out what is true of one moment, and what is shown comes after.
  const ghosts = await store.ghosts(options);
  const images = await store.images(options);
  if (images.images === undefined && images.layers === undefined && isElsewhere(images)) return undefined;
  for (const { message } of images.problems) await context.remark(`warning: ${message}`);
  return { images, missing: new Map(ghosts.map(({ container, missing }) => [container.id, missing])) };
}

/** The id of the image that is meant. @throws StowageError ERR_IMAGE_UNKNOWN, or why images are not known */
export async function requireImage(
  { signal }: CommandContext,
  store: ContainerStore,
  ref: string,
): Promise<string> {
  if (ref === "") throw new UsageError("--image is empty", "name an image");
  return (await store.images({ signal })).get(ref).id;
}

/**
 * The id of the image that is meant, where one is known; else what was given, just
 * as it stands: a store keeps whatever its user calls an image.
 */
export async function imageOrText(
  context: CommandContext,
  store: ContainerStore,
  ref: string,
): Promise<string> {
  const { signal } = context;
  const images = await store.images({ signal });
  try {
    return images.get(ref).id;
  } catch (error) {
    if (!isStowageError(error)) throw error;
    // Several images, and the wrong one would be as likely as the right one.
    if (error.details.candidates !== undefined) throw error;
    if (!isElsewhere(images)) await context.remark(`warning: ${error.message}; it is kept as it was given`);
    return ref;
  }
}

/** Whether the store simply has no images beside it, which is worth no remark. */
function isElsewhere({ problems }: ImageNames): boolean {
  return problems.length > 0 && problems.every(({ code }) => code === "ERR_IMAGES_UNAVAILABLE");
}
