import { goErrorNames } from "../../src/go-error-names.ts";

interface Failure {
  readonly ok: false;
  readonly error: string;
  readonly errno?: string;
}

/**
 * Whether two replies say the same: values are equal to the byte; failures have
 * the same name, and nameless ones the same reason where both give one.
 */
export function isSameReply(one: string, other: string): boolean {
  const [first, second] = [failureIn(one), failureIn(other)];
  if (first === undefined || second === undefined) return one === other;
  const name = goName(first.error);
  if (name !== goName(second.error)) return false;
  if (name !== "other" || first.errno === undefined || second.errno === undefined) return true;
  return first.errno === second.errno;
}

/** The library encodes the members in the order of the alphabet, we do not. */
function failureIn(reply: string): Failure | undefined {
  if (reply.startsWith('{"ok":true')) return undefined;
  return JSON.parse(reply) as Failure;
}

function goName(error: string): string {
  const known = goErrorNames.find(([name, code]) => error === name || error === code);
  return known?.[0] ?? "other";
}
