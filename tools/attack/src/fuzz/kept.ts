import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";
import type { FileInput, StoreInput } from "./inputs.ts";
import type { Thing } from "./store-image.ts";

const FOLDER = path.join(repositoryRoot, "tools/attack/src/fuzz/kept");

/** Bytes as text with a character for each, whole or as pieces that are repeated; `<n>` is the number of the repetition. */
type Text = string | readonly (readonly [text: string, times: number])[];
type KeptThing = Exclude<Thing, { kind: "file" }> | { kind: "file"; text: Text; mode?: number };
type KeptFile = { [Key in keyof FileInput]: FileInput[Key] extends Buffer ? Text : FileInput[Key] };
type KeptStore = Omit<StoreInput, "image"> & { image: readonly (readonly [string, KeptThing])[] };

/** Inputs that once broke something, and some that are known to be nasty: always tried. */
export function keptInputs(): { readonly files: FileInput[]; readonly stores: StoreInput[] } {
  const kept = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(path.join(FOLDER, name), "utf8")) as KeptFile | KeptStore);
  return {
    files: kept.flatMap((each) => ("image" in each ? [] : [fileFrom(each)])),
    stores: kept.flatMap((each) => ("image" in each ? [storeFrom(each)] : [])),
  };
}

const bytesFrom = (text: Text): Buffer =>
  Buffer.from(typeof text === "string" ? text : text.map(repeated).join(""), "latin1");

function repeated([part, times]: readonly [text: string, times: number]): string {
  if (!part.includes("<n>")) return part.repeat(times);
  return Array.from({ length: times }, (_, index) => part.replaceAll("<n>", String(index))).join("");
}

const fileFrom = (kept: KeptFile): FileInput => ({
  ...kept,
  bytes: bytesFrom(kept.bytes),
  before: bytesFrom(kept.before),
});

const storeFrom = (kept: KeptStore): StoreInput => ({
  ...kept,
  image: new Map(
    kept.image.map(([place, thing]) => [
      place,
      "text" in thing ? { kind: "file", bytes: bytesFrom(thing.text), mode: thing.mode ?? 0o600 } : thing,
    ]),
  ),
});

/** An input in the form in which it is kept. */
export function keep(input: FileInput | StoreInput): string {
  const kept =
    "image" in input
      ? {
          ...input,
          image: [...input.image].map(([place, thing]) => [
            place,
            thing.kind === "file"
              ? { kind: "file", text: thing.bytes.toString("latin1"), mode: thing.mode }
              : thing,
          ]),
        }
      : { ...input, bytes: input.bytes.toString("latin1"), before: input.before.toString("latin1") };
  return `${JSON.stringify(kept, null, 1)}\n`;
}
