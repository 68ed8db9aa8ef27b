import type { CommandContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { visible } from "../render/text.ts";

interface Question {
  /** Whether `--yes` was given. */
  readonly yes: boolean;
  /** What the command does, as a sentence without its end. */
  readonly warning: string;
  /** What to say besides `--yes` where nobody can be asked. */
  readonly otherwise?: string;
}

/**
 * Resolves to whether it is meant. Somebody at a terminal is asked; elsewhere it has to
 * be said with `--yes`, so that no script hangs or destroys by accident.
 */
export async function confirm(context: CommandContext, question: Question): Promise<boolean> {
  if (question.yes) return true;
  const { surroundings, signal, json } = context;
  const { stderr } = surroundings;
  const stdin = surroundings.stdin() as NodeJS.ReadStream;
  if (json || !stderr.isTerminal || !stdin.isTTY) {
    throw new UsageError(question.warning, `say --yes if that is meant${question.otherwise ?? ""}`);
  }
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: stdin });
  // The end of the input is a no.
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  let hasAnswered = false;
  try {
    await stderr.write(`${visible(question.warning)}. Go on? [y/N] `);
    const asked = lines.question("", { signal }).then((answer) => {
      hasAnswered = true;
      return answer;
    });
    const answer = await Promise.race([asked, ended]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    // What comes next begins a line of its own, also after Ctrl-C or Ctrl-D.
    if (!hasAnswered) await stderr.write("\n");
    lines.close();
  }
}
