import { Writable } from "node:stream";
import { frameUpdate } from "./frame.ts";
import type { Size } from "./state.ts";

/**
 * What the terminal library takes for its output: it writes whole frames, and only what differs
 * goes on to the terminal. By itself it would clear the screen, and what was scrolled off it, for
 * each frame that fills the height.
 */
export class FrameStream extends Writable {
  readonly #write: (text: string) => void;
  #size: Size;
  #shown: readonly string[] | undefined;
  #frame: readonly string[] = [];
  #isOpen = true;

  constructor(write: (text: string) => void, size: Size) {
    super({ decodeStrings: false });
    this.#write = write;
    this.#size = size;
  }

  get columns(): number {
    return this.#size.columns;
  }

  get rows(): number {
    return this.#size.rows;
  }

  /** The next frame is for a terminal of that size. */
  resize(size: Size): void {
    this.#size = size;
    this.#shown = undefined;
  }

  /** Writes the frame whole: the terminal shows something else, nobody knows what. */
  redraw(): void {
    this.#shown = undefined;
    this.#draw();
  }

  /** Nothing is written any more, until `open`. */
  close(): void {
    this.#isOpen = false;
  }

  open(): void {
    this.#isOpen = true;
    this.redraw();
  }

  override _write(frame: Buffer | string, _encoding: string, done: () => void): void {
    this.#frame = frame.toString().split("\n");
    this.#draw();
    done();
  }

  #draw(): void {
    if (!this.#isOpen) return;
    const update = frameUpdate(this.#shown, this.#frame, this.rows);
    this.#shown = this.#frame;
    if (update !== "") this.#write(update);
  }
}
