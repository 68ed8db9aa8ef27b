import { PassThrough, type Readable } from "node:stream";

/** Milliseconds in which the rest of a sequence comes, also over a slow line. */
const PATIENCE = 50;

/** An escape sequence that is not over, at the end of what came. */
// eslint-disable-next-line no-control-regex
const unfinished = /\u001b(?:\u001b?\[[0-9;]*|\u001b?O?)?$/;

/**
 * Input whose escape sequences come in one piece. The terminal library takes an escape for the
 * key when nothing follows at once: an arrow key whose bytes a network splits would leave the
 * view. Raw mode is none of its business: whoever owns the terminal sees to that.
 */
export function patientInput(source: Readable): NodeJS.ReadStream {
  const input = new PassThrough({ encoding: "utf8" });
  let held = "";
  let timer: NodeJS.Timeout | undefined;
  const pass = (): void => {
    clearTimeout(timer);
    if (held !== "") input.write(held);
    held = "";
  };
  const decoder = new TextDecoder();
  source.on("data", (chunk: Buffer) => {
    held += decoder.decode(chunk, { stream: true });
    clearTimeout(timer);
    if (unfinished.test(held)) timer = setTimeout(pass, PATIENCE);
    else pass();
  });
  return Object.assign(input, {
    isTTY: true,
    isRaw: true,
    fd: 0,
    setRawMode: () => input,
    ref: () => input,
    unref: () => input,
  }) as unknown as NodeJS.ReadStream;
}
