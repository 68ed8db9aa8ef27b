import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Container, ContainerStore, LockStatus } from "@stowage/store";
import type { Exchange, UiBase } from "./exchange.ts";
import { judge, type Keys } from "./gate.ts";
import { SECURITY_HEADERS } from "./headers.ts";
import { HttpError } from "./http-error.ts";
import { type Listening, listenLocally } from "./listen.ts";
import { LiveHub } from "./live-hub.ts";
import { readPage } from "./page-files.ts";
import { problemOf } from "./problem.ts";
import { routes } from "./routes.ts";

export interface UiOptions {
  /** Stays the caller's, who closes it after the server; it may be one that accepts damage. */
  readonly store: ContainerStore;
  /** A record as it is in the file. */
  readonly encode: (container: Container) => string;
  readonly lockStatus: () => Promise<LockStatus>;
  /** The folder of the built page. */
  readonly page: string;
  /** 0 for any that is free. */
  readonly port?: number | undefined;
  /** Whether the page may change the store. */
  readonly canWrite?: boolean | undefined;
  readonly version: string;
  /** Least milliseconds between two updates. Default 25. */
  readonly pace?: number | undefined;
  /** Told of a request that failed because of a defect of ours. */
  readonly onDefect: (error: unknown) => void;
}

/** A server that runs. */
export interface RunningUi extends AsyncDisposable {
  /** With the token: who has it can look at the store. */
  readonly url: string;
  /** As `url`, but good for one use: for a command line, which others on this machine may see. */
  oneTimeUrl(): string;
  readonly port: number;
  /** Resolves when the store cannot be followed any more, since it was closed; rejects when it cannot be at all. */
  readonly ended: Promise<void>;
  /** Ends every request, and resolves when none is under way. Idempotent. */
  close(): Promise<void>;
}

/** Starts the server of the page. @throws what the system says, such as EADDRINUSE */
export async function serveUi(options: UiOptions): Promise<RunningUi> {
  const { store, encode, lockStatus, version, canWrite = false, port = 0, pace = 25 } = options;
  const page = await readPage(options.page);
  const end = new AbortController();
  const hub = new LiveHub();
  const base: UiBase = { store, encode, lockStatus, canWrite, version };
  const [token, session] = [secret(), secret()];
  const oneTime = new Set<string>();
  const server = secret();
  const underWay = { jobs: 0, feeds: 0 };
  const requests = new Set<Promise<void>>();
  let known: Omit<Keys, "tokens"> | undefined = undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (known === undefined) throw new HttpError(503, "ERR_BUSY", "the server is about to start");
    const keys: Keys = { ...known, tokens: [token, ...oneTime] };
    const { path, query } = target(request);
    const { method = "" } = request;
    const verdict = judge({ method, path, query, headers: request.headers }, keys);
    if (verdict.is === "refused") return refuse(response, verdict.status, verdict.why);
    if (verdict.is === "exchange") {
      oneTime.delete(verdict.token);
      return admit(request, response, keys);
    }
    listening.trust(request.socket);
    const file = method === "GET" ? page.get(path) : undefined;
    if (file !== undefined) {
      response.writeHead(200, { "content-type": file.type, "content-length": file.bytes.length });
      response.end(file.bytes);
      return;
    }
    const handler = routes.get(`${method} ${path}`);
    if (handler === undefined) throw new HttpError(404, "ERR_BAD_REQUEST", "there is no such page");
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, end.signal]);
    const exchange: Exchange = { base, hub, server, request, response, query, signal, underWay };
    await handler(exchange);
  };

  const listening = await listenLocally(port, (request, response) => {
    // The client has gone: what it is about ends by its signal.
    response.on("error", () => undefined);
    const done = answer(request, response)
      .catch((error: unknown) => {
        fail(error, response, (defect) => {
          if (!end.signal.aborted) options.onDefect(defect);
        });
      })
      .finally(() => requests.delete(done));
    requests.add(done);
  });
  known = { session, cookieName: `stowage_ui_${listening.port}`, hosts: listening.hosts };
  const urlWith = (one: string): string => `http://127.0.0.1:${listening.port}/?token=${one}`;
  const following = hub.run(store, end.signal, pace);
  // Whoever waits for it is told; until then it is no failure that nobody has seen.
  following.catch(() => undefined);
  const close = once(async () => {
    end.abort();
    await closeAll(listening, requests);
    await following.catch(() => undefined);
  });
  return {
    url: urlWith(token),
    oneTimeUrl: () => {
      const one = secret();
      oneTime.add(one);
      return urlWith(one);
    },
    port: listening.port,
    ended: following,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** 192 bits. */
const secret = (): string => randomBytes(24).toString("base64url");

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

async function closeAll(listening: Listening, requests: ReadonlySet<Promise<void>>): Promise<void> {
  await Promise.all([listening.close(), ...requests]);
}

/** @throws HttpError for what is no path of this server */
function target({ url = "" }: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = "", query = ""] = url.split("?", 2);
  if (!path.startsWith("/")) throw new HttpError(400, "ERR_BAD_REQUEST", "that is no path");
  return { path, query: new URLSearchParams(query) };
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (status === 405) response.setHeader("allow", "GET, POST");
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${why}\n`);
}

/**
 * The address without the token is what stays in the browser's history. A browser that followed a link of another site
 * would not send the cookie where it is redirected to, but does so where our own page sends it.
 */
function admit({ headers }: IncomingMessage, response: ServerResponse, { cookieName, session }: Keys): void {
  response.setHeader("set-cookie", `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`);
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "none" || site === "same-origin") {
    response.writeHead(303, { location: "/" });
    response.end();
    return;
  }
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Stowage</title>`);
}

function fail(error: unknown, response: ServerResponse, onDefect: (error: unknown) => void): void {
  const { status, code, message } = problemOf(error);
  if (code === "ERR_INTERNAL" && !response.destroyed) onDefect(error);
  // Half an answer must not look like a whole one.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", connection: "close" });
  response.end(JSON.stringify({ code, message }));
}
