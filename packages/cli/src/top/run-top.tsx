import type { ReadStream, WriteStream } from "node:tty";
import { render } from "ink";
import type { ReactNode } from "react";
import type { Style } from "../render/colour.ts";
import { App } from "./app.tsx";
import { FrameStream } from "./frame-stream.ts";
import { startLastResort } from "./last-resort.ts";
import { Model } from "./model.ts";
import { patientInput } from "./patient-input.ts";
import type { TopSource } from "./source.ts";
import { Terminal } from "./terminal.ts";

/** The terminal as the process has it. */
export interface TopTerminal {
  readonly input: ReadStream;
  readonly output: WriteStream & { readonly fd: number };
  readonly style: Style;
}

/** Why the view ended. */
export type TopEnd = "quit" | "interrupt" | "hangup";

/** Shows the store until somebody leaves. Rejects with the reason of `signal` when that is aborted. */
export async function runTop(
  source: TopSource,
  { input, output, style }: TopTerminal,
  signal: AbortSignal,
): Promise<TopEnd> {
  let end: (how: TopEnd) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const ended = new Promise<TopEnd>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const terminal = new Terminal(input, output, await startLastResort(output.fd), {
    onReturn: () => frames.redraw(),
    onResize: (size) => {
      frames.resize(size);
      model.resize(size);
    },
    onHangup: () => end("hangup"),
  });
  const frames = new FrameStream((text) => terminal.write(text), terminal.size);
  const model = new Model(source, terminal.size, {
    onChange: () => ink.rerender(app()),
    onEnd: end,
    onSuspend: terminal.suspend,
    onRedraw: () => frames.redraw(),
    onFailure: fail,
  });
  const app = (): ReactNode => (
    <App state={model.state} style={style} record={source.record} onKeys={model.press} />
  );
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  terminal.enter();
  // "debug": each frame is written whole, and when it is made; the stream sees to the rest.
  const ink = render(app(), {
    stdout: frames as unknown as WriteStream,
    stdin: patientInput(input),
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  // It ends by itself only when drawing fails.
  ink.waitUntilExit().catch(fail);
  try {
    if (signal.aborted) onAbort();
    model.start();
    return await ended;
  } finally {
    signal.removeEventListener("abort", onAbort);
    model.stop();
    terminal.leave();
    ink.unmount();
  }
}
