import type { Call } from "../call.ts";
import { CommandFailure, NeedsRealProgram } from "../errors.ts";
import { goMap } from "../records.ts";
import { readText } from "./data.ts";
import { named } from "./names.ts";

export async function metadata(call: Call): Promise<number> {
  const { args, values, store, signal } = call;
  const found = new Map<string, string>();
  const tree = await call.tree();
  for (const ref of args) {
    const kind = tree.kindOf(ref);
    if (kind !== undefined) throw new NeedsRealProgram(`the metadata of ${ref}, which is ${named(kind)}`);
  }
  const snapshot = await store.snapshot({ signal });
  for (const ref of args) {
    const container = snapshot.find(ref);
    if (container !== undefined) found.set(ref, container.metadata.replace(/\n$/, ""));
  }
  if (values.json) {
    await call.outJson(goMap(found));
  } else {
    const lines = args.map((ref) => (values.quiet ? "" : `${ref}: `) + (found.get(ref) ?? ""));
    await call.out(lines.map((line) => `${line}\n`).join(""));
  }
  return args.every((ref) => found.has(ref)) ? 0 : 1;
}

export async function setMetadata(call: Call): Promise<number> {
  const { values, ref, store, signal } = call;
  if (values.metadataFile === "" && values.metadata === "") {
    throw new CommandFailure("no new metadata provided");
  }
  const text = values.metadataFile === "" ? values.metadata : await readText(call, values.metadataFile);
  const kind = (await call.tree()).kindOf(ref);
  if (kind !== undefined) throw new NeedsRealProgram(`the metadata of ${ref}, which is ${named(kind)}`);
  const container = await store.find(ref, { signal });
  if (container === undefined) throw new CommandFailure("identifier is not a layer, image, or container");
  await store.setMetadata(container.id, text, { signal });
  return 0;
}
