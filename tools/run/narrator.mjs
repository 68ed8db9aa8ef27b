import { stowage } from "./program.mjs";
import { SetupFailure } from "./failure.mjs";

const dim = (text) => (process.stdout.isTTY ? `\u001b[2m${text}\u001b[0m` : text);
const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

/** A command line as one would type it. */
function typed(args) {
  return args
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

/** Shows commands being run: why, the command, what it printed; and keeps count of what was checked. */
export class Narrator {
  #options;
  #interruption;
  checks = 0;

  /** @param interruption an AbortSignal: no further command is run after it. */
  constructor(options, interruption) {
    this.#options = options;
    this.#interruption = interruption;
  }

  say(text) {
    console.log(text);
  }

  why(text) {
    console.log(`\n${dim(`# ${text}`)}`);
  }

  /** Runs and shows one command. Resolves to its result; a code other than `expected` ends the tour. */
  async run(args, { expected = 0 } = {}) {
    if (this.#interruption?.aborted === true) throw new SetupFailure("interrupted");
    console.log(bold(`$ stowage ${typed(args)}`));
    const result = await stowage(args, this.#options);
    const shown = (result.stdout + result.stderr).trimEnd();
    if (shown !== "") console.log(shown);
    if (result.code !== expected) {
      throw new SetupFailure(
        `\`stowage ${typed(args)}\` ended with ${result.code}, ${expected} was expected`,
      );
    }
    return result;
  }

  /** The main job is checked while it is shown. */
  check(what, actual, expected) {
    this.checks += 1;
    if (JSON.stringify(actual) === JSON.stringify(expected)) return;
    throw new SetupFailure(
      `${what}: expected ${JSON.stringify(expected)}, the store has ${JSON.stringify(actual)}; please report this`,
    );
  }
}
