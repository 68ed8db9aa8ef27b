import type { IncomingMessage, ServerResponse } from "node:http";
import type { Container, ContainerStore, LockStatus } from "@stowage/store";
import { badRequest, HttpError } from "./http-error.ts";
import type { LiveHub } from "./live-hub.ts";

/** What the server stands on. */
export interface UiBase {
  readonly store: ContainerStore;
  /** The record as it is in the file. */
  readonly encode: (container: Container) => string;
  readonly lockStatus: () => Promise<LockStatus>;
  readonly canWrite: boolean;
  readonly version: string;
}

/** One request under way. */
export interface Exchange {
  readonly base: UiBase;
  readonly hub: LiveHub;
  /** Names this run of the server. */
  readonly server: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** Aborted when the client has gone, or the server ends. */
  readonly signal: AbortSignal;
  /** What of this server is under way, to be counted by who begins it. */
  readonly underWay: { jobs: number; feeds: number };
}

export type Handler = (exchange: Exchange) => Promise<void>;

/** Milliseconds for which a request waits for others who have the lock. */
export const LOCK_PATIENCE = 15_000;

/** Bytes of a request's body. */
const LARGEST_BODY = 2 * 1024 * 1024;

export function sendJson(response: ServerResponse, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": body.length,
  });
  response.end(body);
}

/** A parameter that must be there. @throws HttpError */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null) throw badRequest(`${name} is missing`);
  return value;
}

/** A number of bytes. @throws HttpError */
export function bytesOf(query: URLSearchParams, name: string): number {
  const text = required(query, name);
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} is no number of bytes`);
  return Number(text);
}

/** The body as JSON: an object. @throws HttpError, also for one that is too large */
export async function readBody({ request }: Exchange): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers["content-type"] !== "application/json") throw badRequest("the body is no JSON");
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > LARGEST_BODY)
      throw new HttpError(413, "ERR_BAD_REQUEST", `the body has more than ${LARGEST_BODY} bytes`);
    chunks.push(bytes);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw badRequest("the body is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badRequest("the body is no object");
  return value as Record<string, unknown>;
}

/** The container of that very id: what else a name or a prefix could mean is never taken for it. */
export async function containerOf({ base, signal }: Exchange, id: string): Promise<Container> {
  const container = await base.store.get(id, { signal, timeout: LOCK_PATIENCE });
  if (container.id !== id) throw new HttpError(404, "ERR_CONTAINER_UNKNOWN", "the container is gone");
  return container;
}
