/** An image of the containers/storage tree that a store lies in, as `images.json` has it. */
export interface Image {
  readonly id: string;
  /** Whole names with their tags, such as `docker.io/library/alpine:latest`. */
  readonly names: readonly string[];
  /** `sha256:` and 64 hex digits of its manifest; "" where none is recorded. */
  readonly digest: string;
  /** Id of its topmost layer; "" where there is none. */
  readonly layer: string;
  /** As in the file, RFC 3339; "" where none is recorded. */
  readonly created: string;
}

/** A layer of that tree, as `layers.json` has it. */
export interface Layer {
  readonly id: string;
  readonly names: readonly string[];
  /** Id of the layer that it stands on; "" where there is none. */
  readonly parent: string;
}
