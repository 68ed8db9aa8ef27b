import type { Container, ContainerStore } from "@stowage/store";

import { RawJson } from "../render/json.ts";
import type { Encodable } from "../render/json.ts";
import type { ShowRecord } from "../render/record.ts";
import { decodeBase64 } from "./base64.ts";
import { badRequest } from "./request.ts";
import type { BatchRequest } from "./request.ts";

export interface OperationContext {
  readonly store: ContainerStore;
  readonly record: ShowRecord;
  readonly signal: AbortSignal;
  /** Why the store can only be read, when nobody asked for that. */
  readonly refusal?: unknown;
}

type Operation = (context: OperationContext, request: BatchRequest) => Promise<Encodable>;

/** A change whose reply is only that it was done. */
function change(
  apply: (store: ContainerStore, request: BatchRequest, signal: AbortSignal) => Promise<unknown>,
): Operation {
  return async ({ store, signal }, request) => {
    await apply(store, request, signal);
    return null;
  };
}

/** Names are taken from whoever holds them: Go's rule, which this protocol keeps. */
const taking = (signal: AbortSignal) => ({ onConflict: "steal", signal }) as const;

/** What an item is found to be goes into the record, as in Go. */
const completing = (signal: AbortSignal) => ({ complete: true, signal }) as const;

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [
    "create",
    async ({ store, record, signal }, request) =>
      record(
        await store.create({
          // Go makes an id where none is given, and cannot tell that from an empty one.
          id: request.id === "" ? undefined : request.id,
          names: request.names,
          image: request.image,
          layer: request.layer,
          metadata: request.metadata,
          flags: request.flags,
          mountOpts: request.mountOpts,
          volatile: request.volatile,
          uidMap: request.uidmap,
          gidMap: request.gidmap,
          bigData: request.bigData,
          signal,
        }),
      ),
  ],
  ["get", async ({ store, record, signal }, { id }) => record(await store.get(id, { signal }))],
  [
    "list",
    async ({ store, record, signal }) => {
      const all: readonly Container[] = await store.list({ signal });
      return new RawJson(`[${all.map((container) => record(container).text).join(",")}]`);
    },
  ],
  ["exists", ({ store, signal }, { id }) => store.exists(id, { signal })],
  ["lookup", ({ store, signal }, { id, name }) => store.lookup(id === "" ? name : id, { signal })],
  ["truncGet", ({ store, signal }, { prefix }) => store.resolvePrefix(prefix, { signal })],
  ["metadata", ({ store, signal }, { id }) => store.metadata(id, { signal })],
  ["setMetadata", change((store, { id, metadata }, signal) => store.setMetadata(id, metadata, { signal }))],
  ["setNames", change((store, { id, names }, signal) => store.setNames(id, names, taking(signal)))],
  ["addNames", change((store, { id, names }, signal) => store.addNames(id, names, taking(signal)))],
  ["removeNames", change((store, { id, names }, signal) => store.removeNames(id, names, { signal }))],
  ["setFlag", change((store, { id, flag, value }, signal) => store.setFlag(id, flag, value, { signal }))],
  ["clearFlag", change((store, { id, flag }, signal) => store.clearFlag(id, flag, { signal }))],
  [
    "setBigData",
    change((store, { id, key, base64 }, signal) =>
      store.setBigData(id, key, decodeBase64("base64", base64), { signal }),
    ),
  ],
  [
    "bigData",
    async ({ store, signal }, { id, key }) => {
      const data = await store.bigData(id, key, { signal });
      return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
    },
  ],
  ["bigDataSize", ({ store, signal }, { id, key }) => store.bigDataSize(id, key, completing(signal))],
  ["bigDataDigest", ({ store, signal }, { id, key }) => store.bigDataDigest(id, key, completing(signal))],
  ["bigDataNames", ({ store, signal }, { id }) => store.bigDataNames(id, { signal })],
  ["delete", change((store, { id }, signal) => store.delete(id, { signal }))],
  ["wipe", change((store, _, signal) => store.wipe({ signal }))],
  ["gc", change((store, _, signal) => store.gc({ signal }))],
]);

/**
 * Does what the request asks for and resolves to the reply's value. Rejects as
 * the store does, and with ERR_BAD_REQUEST for an operation that there is not.
 */
export async function perform(context: OperationContext, request: BatchRequest): Promise<Encodable> {
  const operation = operations.get(request.op);
  if (operation === undefined) {
    throw badRequest(
      `unknown op ${JSON.stringify(request.op)}; there are ${[...operations.keys()].join(", ")}`,
    );
  }
  return await operation(context, request);
}
