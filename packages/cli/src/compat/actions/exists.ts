import type { Call } from "../call.ts";
import { goMap } from "../records.ts";

export async function exists(call: Call): Promise<number> {
  const { args, values, store, signal } = call;
  const tree = await call.tree();
  const snapshot = await store.snapshot({ signal });
  /** What is printed: whether there is anything of that name. What kind it must be of counts for the exit code only. */
  const answers = new Map<string, boolean>();
  let anyMissing = false;
  for (const ref of args) {
    const isContainer = snapshot.find(ref) !== undefined;
    const there = isContainer || tree.kindOf(ref) !== undefined;
    answers.set(ref, there);
    if (!there) anyMissing = true;
    if (values.container && !isContainer) anyMissing = true;
    if (values.image && tree.imageOf(ref) === undefined) anyMissing = true;
    if (values.layer && !tree.layerExists(ref)) anyMissing = true;
  }
  if (values.json) await call.outJson(goMap(answers));
  else if (!values.quiet) await call.out([...answers].map(([ref, there]) => `${ref}: ${there}\n`).join(""));
  return anyMissing ? 1 : 0;
}
