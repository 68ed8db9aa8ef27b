import { useEffect, useState } from "preact/hooks";
import { connection } from "../state/model.ts";

/** Milliseconds between two attempts. */
const PACE = 1500;

/** A server that does not answer, one that knew this browser no more, and a store that cannot be read at the moment. */
const PASSING: ReadonlySet<number | undefined> = new Set([0, 401, 503]);

/** Counts up while it is worth asking again for what was answered with that status: nobody tells when it is. */
export function useAgain(status: number | undefined): number {
  const [turn, setTurn] = useState(0);
  const isWorth = connection.value === "live" && PASSING.has(status);
  useEffect(() => {
    if (!isWorth) return;
    const timer = setInterval(() => setTurn((before) => before + 1), PACE);
    return () => clearInterval(timer);
  }, [isWorth]);
  return turn;
}
