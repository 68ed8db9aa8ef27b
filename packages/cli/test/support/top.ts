import { plant } from "./commands.ts";
import { type Bench, bench } from "./program.ts";
import { screen, type Screen, type ScreenOptions } from "./screen.ts";

/** `stowage top` on a screen, on a store that `prepare` has made. */
export interface Top extends AsyncDisposable {
  readonly place: Bench;
  readonly view: Screen;
}

export interface TopOptions extends ScreenOptions {
  /** Default: the store of which screens are kept. */
  readonly prepare?: (place: Bench) => Promise<unknown>;
  /** What is done in the shell before. */
  readonly before?: (view: Screen) => Promise<unknown>;
  /** Words behind `stowage top`. */
  readonly words?: readonly string[];
  /** Words before it, such as those that call it elsewhere; asked for when `before` is done. */
  readonly through?: () => string;
}

export async function top({
  prepare = plant,
  words,
  before,
  through,
  ...options
}: TopOptions = {}): Promise<Top> {
  const place = await bench();
  try {
    await prepare(place);
    const view = await screen(place, options);
    const end = async (): Promise<void> => {
      await view[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    };
    try {
      await before?.(view);
      const line = [...(through === undefined ? [] : [through()]), "stowage top", ...(words ?? [])];
      await view.type(`${line.join(" ")}\r`);
      await view.until(/ of \d+ +by |no containers yet|^!/m);
      return { place, view, [Symbol.asyncDispose]: end };
    } catch (error) {
      await view[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    await place[Symbol.asyncDispose]();
    throw error;
  }
}

export const withoutColours = { env: { NO_COLOR: "1" } } as const;
