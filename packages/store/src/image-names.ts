import type { StowageError } from "./errors.ts";
import type { Container } from "./model/container.ts";
import type { Image, Layer } from "./model/image.ts";

/** What of a container is gone from the tree that its store lies in. */
export type MissingPart = "image" | "layer";

/** A container that stands on something that is gone: podman can list it, but not start it. */
export interface Ghost {
  readonly container: Container;
  /** At least one. */
  readonly missing: readonly MissingPart[];
}

/**
 * The images and layers of a containers/storage tree as they stood at one moment:
 * an immutable view.
 *
 * What could not be read is `undefined` here, and `problems` says why; it never
 * looks like an empty list. Images of additional image stores, which lie in other
 * trees, are not known.
 */
export interface ImageNames {
  readonly images: readonly Image[] | undefined;
  readonly layers: readonly Layer[] | undefined;
  /**
   * Why images or layers are not known: ERR_IMAGES_UNAVAILABLE (the store lies in no
   * such tree), ERR_STORE_DAMAGED, ERR_LOCK_TIMEOUT, or what the system said.
   */
  readonly problems: readonly StowageError[];
  /**
   * The image that is meant, tried in this order:
   *
   * 1. a whole id, also behind `sha256:`
   * 2. a whole name; without tag and digest it is `:latest`, and `docker.io/alpine` is
   *    `docker.io/library/alpine`
   * 3. the end of a name, from a slash on: `alpine` finds
   *    `docker.io/library/alpine:latest` and `localhost/alpine:latest`
   * 4. the beginning of an id
   *
   * Names take a digest, too: `alpine@sha256:…`. An end or a beginning that fits
   * several images means none of them. Undefined when there is no such image.
   *
   * @throws StowageError the one of `problems` that is about images, when these are not known
   */
  find(ref: string): Image | undefined;
  /** As `find`. @throws StowageError also ERR_IMAGE_UNKNOWN, with `candidates` when several images fit */
  get(ref: string): Image;
  /** By id or name. @throws StowageError the one of `problems` that is about layers, when these are not known */
  findLayer(ref: string): Layer | undefined;
  /** Names of an image by its id; none when it has none, is gone, or is not known. */
  namesOf(imageId: string): readonly string[];
  /** By id or whole name, as containers/storage looks up the image of a container. Undefined when images are not known. */
  imageExists(idOrName: string): boolean | undefined;
  /** Undefined when layers are not known. */
  layerExists(id: string): boolean | undefined;
  /**
   * What of a container is gone: nothing for one that has neither, and nothing that is not known to be gone. A
   * container that was made after this view may be taken for a ghost: see `ContainerStore.ghosts`.
   */
  missing(container: Pick<Container, "image" | "layer">): readonly MissingPart[];
}
