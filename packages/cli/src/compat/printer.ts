/**
 * Where the command line's own texts go: they are gathered while it is read, and
 * written before anything else.
 */
export class Printer {
  readonly home: string;
  stdout = "";
  stderr = "";

  /** `home` is shown as `~` in defaults. */
  constructor(home: string) {
    this.home = home;
  }

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }
}
