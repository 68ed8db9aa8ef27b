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
  checks = 0;

  constructor(options) {
    this.#options = options;
  }

  say(text) {
    console.log(text);
  }

  /** Runs and shows one command. Resolves to its result; a code other than `expected` ends the tour. */
  async run(why, args, { expected = 0, input } = {}) {
    console.log(
      `\n${dim(`# ${why}`)}\n${bold(`$ stowage ${typed(args)}${input === undefined ? "" : " < requests"}`)}`,
    );
    const result = await stowage(args, { ...this.#options, input });
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
