import { styleText } from "node:util";

/** How text is set off on a terminal; each is the identity where colours are not wanted. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warning: (text: string) => string;
  /** What one is at in a list. */
  readonly chosen: (text: string) => string;
}

/**
 * Colours are for terminals. NO_COLOR (not empty) turns them off everywhere and
 * wins; FORCE_COLOR (neither empty nor 0 nor false) turns them on in a pipe too.
 */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

export function styleFor(colour: boolean): Style {
  const format = (how: Parameters<typeof styleText>[0]) => (text: string) =>
    // The decision is made here, once; newer releases of Node would else look at standard output again.
    colour ? styleText(how, text, { validateStream: false }) : text;
  return {
    heading: format("bold"),
    strong: format("cyan"),
    faint: format("dim"),
    good: format("green"),
    bad: format("red"),
    warning: format("yellow"),
    chosen: format("inverse"),
  };
}
