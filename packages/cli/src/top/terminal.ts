import type { ReadStream, WriteStream } from "node:tty";
import type { LastResort } from "./last-resort.ts";
import type { Size } from "./state.ts";

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[H";
/** Cleared first, for terminals that have no other screen to go back to. */
const LEAVE = "\u001b[0m\u001b[H\u001b[2J\u001b[?25h\u001b[?1049l";

/** Milliseconds after which one that was not stopped, since nobody could continue it, comes back by itself. */
const UNSTOPPED = 100;

export interface TerminalEvents {
  /** The screen is ours again, and shows nothing that we know of. */
  readonly onReturn: () => void;
  readonly onResize: (size: Size) => void;
  /** The terminal is gone. */
  readonly onHangup: () => void;
}

/**
 * The terminal, taken for the whole screen and given back as it was: on `leave`, on every end of
 * the process that it lives to see, and while it is suspended. What it does not live to see is the
 * last resort's.
 */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #lastResort: LastResort;
  readonly #events: TerminalEvents;
  #isEntered = false;
  #isOver = false;

  constructor(input: ReadStream, output: WriteStream, lastResort: LastResort, events: TerminalEvents) {
    this.#input = input;
    this.#output = output;
    this.#lastResort = lastResort;
    this.#events = events;
  }

  get size(): Size {
    // A terminal that does not know its size says 0.
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 };
  }

  enter(): void {
    process.on("exit", this.#onExit);
    // Before the error is printed, so that it stands on the screen that stays.
    process.on("uncaughtExceptionMonitor", this.#onExit);
    process.on("SIGTSTP", this.#onStop);
    process.on("SIGCONT", this.#onContinue);
    process.on("SIGHUP", this.#onHangup);
    this.#output.on("resize", this.#onResize);
    this.#input.on("end", this.#onHangup);
    this.#input.on("error", this.#onHangup);
    this.#take();
  }

  /** Gives it back for good. */
  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#giveBack();
    this.#lastResort.dismiss();
    process.off("exit", this.#onExit);
    process.off("uncaughtExceptionMonitor", this.#onExit);
    process.off("SIGTSTP", this.#onStop);
    process.off("SIGCONT", this.#onContinue);
    process.off("SIGHUP", this.#onHangup);
    this.#output.off("resize", this.#onResize);
    this.#input.off("end", this.#onHangup);
    this.#input.off("error", this.#onHangup);
    this.#input.pause();
  }

  write(text: string): void {
    if (this.#isEntered) this.#output.write(text);
  }

  /** Lets the shell have the terminal, as Ctrl-Z does elsewhere: in raw mode it comes as a key. */
  readonly suspend = (): void => {
    if (!this.#isEntered) return;
    this.#giveBack();
    process.off("SIGTSTP", this.#onStop);
    // The whole job: the shell may know only a program that has started this one.
    process.kill(0, "SIGTSTP");
    setTimeout(() => {
      if (!this.#isEntered) this.#onContinue();
    }, UNSTOPPED);
  };

  #take(): void {
    // First of all, as it stops whoever is in the background and has no business on the screen. The mode
    // may be another one than Node remembers, which would set none that it takes for set.
    this.#setRawMode(false);
    this.#setRawMode(true);
    this.#isEntered = true;
    this.#output.write(ENTER);
    this.#lastResort.tell("in");
  }

  #giveBack(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#setRawMode(false);
    this.#output.write(LEAVE);
    this.#lastResort.tell("out");
  }

  #setRawMode(isRaw: boolean): void {
    try {
      this.#input.setRawMode(isRaw);
    } catch {
      // The terminal is gone, and with it its mode.
    }
  }

  readonly #onExit = (): void => this.leave();
  readonly #onStop = (): void => this.suspend();
  readonly #onResize = (): void => this.#events.onResize(this.size);
  readonly #onHangup = (): void => this.#events.onHangup();
  readonly #onContinue = (): void => {
    if (this.#isOver) return;
    process.off("SIGTSTP", this.#onStop);
    process.on("SIGTSTP", this.#onStop);
    this.#take();
    this.#events.onReturn();
  };
}
