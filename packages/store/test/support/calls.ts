import { type ContainerStore, StowageError } from "../../src/index.ts";

/** The code of a failure, "done" for none; anything that is no error of the family goes through. */
export async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof StowageError) return error.code;
    throw error;
  }
}

export type Call = (store: ContainerStore, ref: string) => Promise<unknown>;

/** Every operation that takes a reference, none of which changes what the others find. */
export const refCalls: readonly (readonly [string, Call])[] = [
  ["get", (store, ref) => store.get(ref)],
  ["lookup", (store, ref) => store.lookup(ref)],
  ["setNames", (store, ref) => store.setNames(ref, ["a name"])],
  ["addNames", (store, ref) => store.addNames(ref, ["a name"])],
  ["removeNames", (store, ref) => store.removeNames(ref, ["a name"])],
  ["metadata", (store, ref) => store.metadata(ref)],
  ["setMetadata", (store, ref) => store.setMetadata(ref, "m")],
  ["setFlag", (store, ref) => store.setFlag(ref, "f", 1)],
  ["clearFlag", (store, ref) => store.clearFlag(ref, "f")],
  ["bigDataNames", (store, ref) => store.bigDataNames(ref)],
  ["bigData", (store, ref) => store.bigData(ref, "k")],
  ["bigDataSize", (store, ref) => store.bigDataSize(ref, "k")],
  ["bigDataDigest", (store, ref) => store.bigDataDigest(ref, "k")],
  ["setBigData", (store, ref) => store.setBigData(ref, "k", "data")],
  ["delete", (store, ref) => store.delete(ref)],
];
