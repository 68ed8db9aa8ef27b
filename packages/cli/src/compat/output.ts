import { Interruption, ProgramError } from "../errors.ts";
import type { Output } from "../io.ts";
import { CommandFailure } from "./errors.ts";
import { systemError } from "./go-text.ts";

/** The real program does not look whether a text could be written, and goes on. */
export async function writeText(stdout: Output, text: string): Promise<void> {
  try {
    await stdout.write(text);
  } catch (error) {
    if (error instanceof Interruption) throw error;
  }
}

/** Of JSON and big data it does look. @throws CommandFailure */
export async function writeWhole(stdout: Output, data: string | Uint8Array): Promise<void> {
  try {
    await stdout.write(data);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const text = systemError("write", "/dev/stdout", error.cause) ?? error.message;
    throw new CommandFailure(text, { cause: error });
  }
}
