import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { goInteger } from "../../src/codec/go-number.ts";
import { StowageError } from "../../src/errors.ts";
import type { Container, ContainerStore, IdMapping, JsonValue } from "../../src/index.ts";

/** A request of the line protocol; what is left out is empty, as in Go. */
interface Request {
  readonly op: string;
  readonly id?: string;
  readonly names?: readonly string[];
  readonly image?: string;
  readonly layer?: string;
  readonly metadata?: string;
  readonly flags?: Readonly<Record<string, JsonValue>>;
  readonly mountOpts?: readonly string[] | null;
  readonly volatile?: boolean;
  readonly uidmap?: readonly GoMapping[];
  readonly gidmap?: readonly GoMapping[];
  readonly bigData?: readonly { readonly key?: string; readonly base64?: string }[];
  readonly key?: string;
  readonly base64?: string;
  readonly flag?: string;
  readonly value?: JsonValue;
  readonly prefix?: string;
  readonly name?: string;
}

interface GoMapping {
  readonly container_id?: number;
  readonly host_id?: number;
  readonly size?: number;
}

type Operation = (store: ContainerStore, request: Request) => Promise<string>;

/**
 * Answers a request of `peer drive` with a store of ours, in the protocol's
 * form, but with our code in the place of the library's name of an error.
 * Programmer's mistakes and errors that are none of the family come through as
 * a rejection: no request may cause one.
 */
export async function driveOurs(store: ContainerStore, line: string): Promise<string> {
  const request = JSON.parse(line) as Request;
  const operation = operations.get(request.op);
  if (operation === undefined) throw new TypeError(`unknown operation ${request.op}`);
  try {
    return `{"ok":true,"value":${await operation(store, request)}}`;
  } catch (error) {
    return errorReply(error);
  }
}

/** The reply for an error of the family; any other is thrown on. */
export function errorReply(error: unknown): string {
  if (!(error instanceof StowageError)) throw error;
  const { code, message, details } = error;
  return JSON.stringify({ ok: false, error: code, message, errno: details.errno });
}

const done = async (work: Promise<unknown>): Promise<string> => {
  await work;
  return "null";
};

/** As the store writes it, and the member that the driver adds. */
function record(container: Container): string {
  return `${encodeContainerText(container).slice(0, -1)},"volatileStore":${container.volatile}}`;
}

const mappings = (given: readonly GoMapping[] | undefined): IdMapping[] =>
  (given ?? []).map(({ container_id = 0, host_id = 0, size = 0 }) => ({
    containerId: container_id,
    hostId: host_id,
    size,
  }));

/** As Go's own encoder quotes texts in replies; records are encoded by another one, which knows no \\b and \\f. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const bytes = (base64: string | undefined): Buffer => Buffer.from(base64 ?? "", "base64");

/** What an item is found to be goes into the record, as in Go. */
const completing = { complete: true } as const;

const taking = { onConflict: "steal" } as const;

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [
    "create",
    async (store, request) =>
      record(
        await store.create({
          id: request.id === "" ? undefined : request.id,
          names: request.names,
          image: request.image,
          layer: request.layer,
          metadata: request.metadata,
          flags: request.flags,
          mountOpts: request.mountOpts ?? undefined,
          volatile: request.volatile,
          uidMap: mappings(request.uidmap),
          gidMap: mappings(request.gidmap),
          bigData: (request.bigData ?? []).map(({ key = "", base64 }) => ({ key, data: bytes(base64) })),
        }),
      ),
  ],
  ["get", async (store, { id = "" }) => record(await store.get(id))],
  ["list", async (store) => `[${(await store.list()).map(record).join(",")}]`],
  ["exists", async (store, { id = "" }) => String(await store.exists(id))],
  ["lookup", async (store, { id = "", name = "" }) => quoted(await store.lookup(id === "" ? name : id))],
  ["truncGet", async (store, { prefix = "" }) => quoted(await store.resolvePrefix(prefix))],
  ["metadata", async (store, { id = "" }) => quoted(await store.metadata(id))],
  ["setMetadata", (store, { id = "", metadata = "" }) => done(store.setMetadata(id, metadata))],
  ["setNames", (store, { id = "", names = [] }) => done(store.setNames(id, names, taking))],
  ["addNames", (store, { id = "", names = [] }) => done(store.addNames(id, names, taking))],
  ["removeNames", (store, { id = "", names = [] }) => done(store.removeNames(id, names))],
  ["setFlag", (store, { id = "", flag = "", value = null }) => done(store.setFlag(id, flag, value))],
  ["clearFlag", (store, { id = "", flag = "" }) => done(store.clearFlag(id, flag))],
  ["setBigData", (store, { id = "", key = "", base64 }) => done(store.setBigData(id, key, bytes(base64)))],
  [
    "bigData",
    async (store, { id = "", key = "" }) =>
      quoted(Buffer.from(await store.bigData(id, key)).toString("base64")),
  ],
  [
    "bigDataSize",
    async (store, { id = "", key = "" }) => goInteger(await store.bigDataSize(id, key, completing)),
  ],
  [
    "bigDataDigest",
    async (store, { id = "", key = "" }) => quoted(await store.bigDataDigest(id, key, completing)),
  ],
  ["bigDataNames", async (store, { id = "" }) => `[${(await store.bigDataNames(id)).map(quoted).join(",")}]`],
  ["delete", (store, { id = "" }) => done(store.delete(id))],
  ["wipe", (store) => done(store.wipe())],
  ["gc", (store) => done(store.gc())],
]);
