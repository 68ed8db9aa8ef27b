import { StowageError } from "../errors.ts";
import type { ImageNames, MissingPart } from "../image-names.ts";
import type { Container } from "../model/container.ts";
import type { Image, Layer } from "../model/image.ts";
import { matchName, parseReference } from "./reference.ts";

/** How many images an error about an ambiguous reference lists. */
const CANDIDATES = 10;
const NONE: readonly never[] = Object.freeze([]);

/** What was read, or why it could not be. */
export type Known<T> = { readonly list: readonly T[] } | { readonly problem: StowageError };

/** Images and layers of one moment, and their tables. */
export class ImageView implements ImageNames {
  readonly images: readonly Image[] | undefined;
  readonly layers: readonly Layer[] | undefined;
  readonly problems: readonly StowageError[];
  readonly #imagesById: ReadonlyMap<string, Image>;
  readonly #imagesByName: ReadonlyMap<string, Image>;
  readonly #layersById: ReadonlyMap<string, Layer>;
  readonly #imageProblem: StowageError | undefined;
  readonly #layerProblem: StowageError | undefined;

  constructor(images: Known<Image>, layers: Known<Layer>) {
    this.#imageProblem = "problem" in images ? images.problem : undefined;
    this.#layerProblem = "problem" in layers ? layers.problem : undefined;
    this.problems = Object.freeze(
      [...new Set([this.#imageProblem, this.#layerProblem])].filter((problem) => problem !== undefined),
    );
    const given = "list" in images ? images.list : [];
    // Of several images that claim a name the last one has it, as in containers/storage.
    const owners = new Map(given.flatMap((image) => image.names.map((name) => [name, image] as const)));
    const owned = given.map((image) => withNames(image, owners));
    this.images = "list" in images ? Object.freeze(owned) : undefined;
    this.#imagesById = new Map(owned.map((image) => [image.id, image]));
    this.#imagesByName = new Map(owned.flatMap((image) => image.names.map((name) => [name, image] as const)));
    this.layers = "list" in layers ? Object.freeze([...layers.list]) : undefined;
    this.#layersById = new Map((this.layers ?? []).map((layer) => [layer.id, layer]));
  }

  find(ref: string): Image | undefined {
    const candidates = this.#candidates(ref);
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  get(ref: string): Image {
    const candidates = this.#candidates(ref);
    if (candidates.length === 1 && candidates[0] !== undefined) return candidates[0];
    const shown = JSON.stringify(ref.length > 80 ? `${ref.slice(0, 77)}...` : ref);
    if (candidates.length === 0) {
      throw new StowageError(
        "ERR_IMAGE_UNKNOWN",
        `${shown} is no image's id, name, end of a name or unique beginning of an id: image not known`,
        { ref },
      );
    }
    throw new StowageError(
      "ERR_IMAGE_UNKNOWN",
      `${shown} fits ${candidates.length} images, give a whole name or more of an id: image not known`,
      { ref, candidates: candidates.slice(0, CANDIDATES).map(({ names, id }) => names[0] ?? id) },
    );
  }

  findLayer(ref: string): Layer | undefined {
    if (this.#layerProblem !== undefined) throw this.#layerProblem;
    return this.#layersById.get(ref) ?? this.layers?.find(({ names }) => names.includes(ref));
  }

  namesOf(imageId: string): readonly string[] {
    return this.#imagesById.get(imageId)?.names ?? NONE;
  }

  imageExists(idOrName: string): boolean | undefined {
    if (this.images === undefined) return undefined;
    return this.#imagesById.has(idOrName) || this.#imagesByName.has(idOrName);
  }

  layerExists(id: string): boolean | undefined {
    return this.layers === undefined ? undefined : this.#layersById.has(id);
  }

  missing({ image, layer }: Pick<Container, "image" | "layer">): readonly MissingPart[] {
    const parts: MissingPart[] = [];
    if (image !== "" && this.imageExists(image) === false) parts.push("image");
    if (layer !== "" && this.layerExists(layer) === false) parts.push("layer");
    return parts.length === 0 ? NONE : parts;
  }

  /** The image that is meant, or all that fit equally well. */
  #candidates(ref: string): readonly Image[] {
    if (this.#imageProblem !== undefined) throw this.#imageProblem;
    if (ref === "") return NONE;
    const exact = this.#imagesById.get(ref.replace(/^sha256:/, "")) ?? this.#imagesByName.get(ref);
    if (exact !== undefined) return [exact];
    const wanted = parseReference(ref);
    const whole = new Set<Image>();
    const end = new Set<Image>();
    for (const image of this.images ?? []) {
      for (const name of image.names) {
        const match = matchName(wanted, name, image.digest);
        if (match !== undefined) (match === "whole" ? whole : end).add(image);
      }
    }
    if (whole.size > 0) return [...whole];
    if (end.size > 0) return [...end];
    return (this.images ?? []).filter(({ id }) => id.startsWith(ref));
  }
}

function withNames(image: Image, owners: ReadonlyMap<string, Image>): Image {
  if (image.names.every((name) => owners.get(name) === image)) return image;
  const names = Object.freeze(image.names.filter((name) => owners.get(name) === image));
  return Object.freeze({ ...image, names });
}
