import { useEffect, useState } from "preact/hooks";
import { useAgain } from "./again.ts";
import { ApiError, getJson, isAbort, type Query } from "../api.ts";

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
}

/** Milliseconds between two askings for one thing that changes all the time. */
const PACE = 250;

/**
 * What the server answers; asked again when `version` is another one, and until then it stays what it was. A failure that
 * may pass is asked about until it has.
 */
export function useLoaded<T>(path: string, query: Query, version: unknown): Loaded<T> {
  const subject = JSON.stringify([path, query]);
  const [state, setState] = useState<Loaded<T> & { readonly of: string }>({
    value: undefined,
    error: undefined,
    of: subject,
  });
  const isOther = state.of !== subject;
  const turn = useAgain(isOther ? undefined : state.error?.status);
  useEffect(() => {
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const value = await getJson<T>(path, query, controller.signal);
        setState({ value, error: undefined, of: subject });
      } catch (error) {
        if (isAbort(error) || controller.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setState((before) => ({
          value: before.of === subject ? before.value : undefined,
          error,
          of: subject,
        }));
      }
    };
    const timer = setTimeout(() => void ask(), state.value === undefined || isOther ? 0 : PACE);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [subject, version, turn]);
  return isOther ? { value: undefined, error: undefined } : state;
}
