import path from "node:path";
import { StowageError } from "../errors.ts";
import type { ImageNames } from "../image-names.ts";
import { decodeImages, decodeLayers } from "../images/decode-lists.ts";
import { ImageView, type Known } from "../images/image-view.ts";
import type { Image, Layer } from "../model/image.ts";
import type { WaitOptions } from "../options.ts";
import { asStowageError } from "./failures.ts";
import type { StorePaths } from "./paths.ts";
import { TreeList } from "./tree-list.ts";

const SUFFIX = "-containers";

/**
 * The images and layers beside a store that lies in a containers/storage tree.
 *
 * ```text
 * ROOT/DRIVER-containers                       the store
 * ROOT/DRIVER-images/images.json               under images.lock
 * ROOT/DRIVER-layers/layers.json               under layers.lock
 * ROOT/DRIVER-layers/volatile-layers.json      the same (transient: in RUNROOT/DRIVER-layers)
 * ```
 *
 * These locks must be asked for without holding the store's own: the programs of
 * the tree take that one last.
 */
export class StorageTree {
  readonly #images: TreeList<Image> | StowageError;
  readonly #layers: TreeList<Layer> | StowageError;
  #last: { readonly known: readonly unknown[]; readonly view: ImageNames } | undefined;

  constructor({ dir, runDir, transient }: Pick<StorePaths, "dir" | "runDir" | "transient">) {
    const name = path.basename(dir);
    const driver = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : "";
    if (driver === "") {
      this.#images = this.#layers = unavailable(
        `${dir} lies in no containers/storage tree (its folder would be called DRIVER${SUFFIX}), so that it has no images`,
        dir,
      );
      return;
    }
    const root = path.dirname(dir);
    const images = path.join(root, `${driver}-images`);
    this.#images = new TreeList(
      {
        folder: images,
        lockFile: path.join(images, "images.lock"),
        files: [{ folder: images, path: path.join(images, "images.json") }],
      },
      decodeImages,
    );
    const layers = path.join(root, `${driver}-layers`);
    const isRunRoot = runDir !== undefined && path.basename(runDir) === name;
    if (transient && !isRunRoot) {
      this.#layers = unavailable(
        `the run folder of ${dir} is not called ${name}, so that the volatile layers beside it are not known`,
        runDir ?? dir,
      );
      return;
    }
    const volatile = transient && isRunRoot ? path.join(path.dirname(runDir), `${driver}-layers`) : layers;
    this.#layers = new TreeList(
      {
        folder: layers,
        lockFile: path.join(layers, "layers.lock"),
        files: [
          { folder: layers, path: path.join(layers, "layers.json") },
          { folder: volatile, path: path.join(volatile, "volatile-layers.json") },
        ],
      },
      decodeLayers,
    );
  }

  /**
   * What is there now. What cannot be read is a problem of the view; only an aborted `signal` and mistakes of the
   * caller reject.
   */
  async names(wait: WaitOptions): Promise<ImageNames> {
    const images = await known(this.#images, wait, false);
    const needsLayers = "problem" in images || images.list.some(({ layer }) => layer !== "");
    const layers = await known(this.#layers, wait, !needsLayers);
    const now = [images, layers].map((each) => ("list" in each ? each.list : each.problem));
    if (this.#last?.known.every((each, index) => each === now[index]) === true) return this.#last.view;
    const view = new ImageView(images, layers);
    this.#last = { known: now, view };
    return view;
  }
}

async function known<T>(
  list: TreeList<T> | StowageError,
  wait: WaitOptions,
  mayBeNone: boolean,
): Promise<Known<T>> {
  if (list instanceof StowageError) return { problem: list };
  try {
    return { list: await list.read(wait, mayBeNone) };
  } catch (error) {
    wait.signal?.throwIfAborted();
    const problem = asStowageError(error);
    if (problem instanceof StowageError) return { problem };
    throw error;
  }
}

const unavailable = (message: string, place: string): StowageError =>
  new StowageError("ERR_IMAGES_UNAVAILABLE", message, { path: place });
