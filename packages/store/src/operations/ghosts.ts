import type { Ghost, ImageNames } from "../image-names.ts";
import type { Container } from "../model/container.ts";

/**
 * The containers whose image or layer is gone.
 *
 * A layer is made before its container and removed with it. So a container that
 * is listed before the layers are read, and is still there after, had its layer
 * in between, if it has one.
 */
export async function findGhosts(
  list: () => Promise<readonly Container[]>,
  images: () => Promise<ImageNames>,
): Promise<readonly Ghost[]> {
  const before = await list();
  const names = await images();
  const ghosts = before
    .map((container) => ({ container, missing: names.missing(container) }))
    .filter(({ missing }) => missing.length > 0);
  if (ghosts.length === 0) return ghosts;
  const after = new Map((await list()).map((container) => [container.id, container]));
  return ghosts.filter(({ container: { id, image, layer } }) => {
    const still = after.get(id);
    return still !== undefined && still.image === image && still.layer === layer;
  });
}
