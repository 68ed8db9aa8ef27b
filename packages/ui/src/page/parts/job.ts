import { useEffect, useRef, useState } from "preact/hooks";
import type { JobMessage } from "../../protocol.ts";
import { isAbort, messageOf, runJob } from "../api.ts";

export type JobProgress = JobMessage & { readonly type: "progress" };

export interface JobState {
  readonly isRunning: boolean;
  readonly progress: JobProgress | undefined;
  readonly result: JobMessage | undefined;
  readonly error: string | undefined;
  readonly isCancelled: boolean;
}

const IDLE: JobState = {
  isRunning: false,
  progress: undefined,
  result: undefined,
  error: undefined,
  isCancelled: false,
};

export interface JobControl extends JobState {
  /** Nothing while it runs: its button stays, as a disabled one would lose the focus. */
  run(url: string, body?: unknown): Promise<void>;
  cancel(): void;
}

/** Work of the server that a view has started; it ends with the view. */
export function useJob(): JobControl {
  const [state, setState] = useState<JobState>(IDLE);
  const controller = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  return {
    ...state,
    run: async (url, body = {}) => {
      if (state.isRunning) return;
      const own = new AbortController();
      controller.current = own;
      const show = (more: Partial<JobState>): void => {
        if (controller.current === own) setState((before) => ({ ...before, ...more }));
      };
      setState({ ...IDLE, isRunning: true });
      try {
        const result = await runJob(url, body, own.signal, (progress) => show({ progress }));
        show({ result, isRunning: false });
      } catch (error) {
        if (isAbort(error)) show({ isRunning: false, isCancelled: true });
        else show({ isRunning: false, error: messageOf(error) });
      }
    },
    cancel: () => controller.current?.abort(),
  };
}
