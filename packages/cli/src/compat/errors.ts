/** The store cannot be begun with, in the real program's words; `logged` is what it logs beside. */
export class InitializingError extends Error {
  override readonly name = "InitializingError";
  readonly logged: string | undefined;
  constructor(message: string, logged?: string) {
    super(message);
    this.logged = logged;
  }
}

/** The command failed, and that is what it says. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/** The answer lies with layers, images or mounts: `message` is what is wanted of them. Nothing was done or printed yet. */
export class NeedsRealProgram extends Error {
  override readonly name = "NeedsRealProgram";
}
