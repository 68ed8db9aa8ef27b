import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

/** How the server listens, and under which values of `Host` it is known there. */
export interface Listening {
  readonly port: number;
  readonly hosts: readonly string[];
  /** Whoever sends something by this connection has the token or the cookie. */
  trust(connection: Socket): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Milliseconds for the headers of a request, for all of it, and for a connection without one. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 10_000,
  // The longest search is up to nine times as long in a URL, of which Node counts each byte twice; and cookies of
  // other servers of this machine come along.
  maxHeaderSize: 128 * 1024,
};
const MOST_CONNECTIONS = 128;
/** Of those: connections by which nobody has shown a token or the cookie yet. Others on this machine can make them, too. */
const MOST_STRANGERS = 32;

/**
 * Listens on this machine's own addresses and on no other: 127.0.0.1, and ::1 where there is one.
 * @throws what the system says, such as EADDRINUSE
 */
export async function listenLocally(port: number, listener: RequestListener): Promise<Listening> {
  const strangers = new Set<Socket>();
  const first = makeServer(listener, strangers);
  await listening(first, { host: "127.0.0.1", port });
  const address = first.address();
  const chosen = typeof address === "object" && address !== null ? address.port : port;
  const servers = [first];
  const hosts = [`127.0.0.1:${chosen}`, `localhost:${chosen}`];
  const second = makeServer(listener, strangers);
  try {
    await listening(second, { host: "::1", port: chosen, ipv6Only: true });
    servers.push(second);
    hosts.push(`[::1]:${chosen}`);
  } catch {
    // There is no ::1 here, or somebody else has that port of it: the URL names 127.0.0.1.
  }
  return {
    port: chosen,
    hosts,
    trust: (connection) => void strangers.delete(connection),
    close: async () => {
      await Promise.all(servers.map(closed));
    },
  };
}

function makeServer(listener: RequestListener, strangers: Set<Socket>): Server {
  const server = createServer(LIMITS, listener);
  server.maxConnections = MOST_CONNECTIONS;
  server.on("connection", (socket) => {
    strangers.add(socket);
    socket.once("close", () => strangers.delete(socket));
    const [longest] = strangers;
    if (strangers.size > MOST_STRANGERS) longest?.destroy();
  });
  // What is no HTTP, or comes too slowly: there is nobody to be told.
  server.on("clientError", (_, socket) => socket.destroy());
  return server;
}

async function listening(
  server: Server,
  where: { readonly host: string; readonly port: number; readonly ipv6Only?: boolean },
): Promise<void> {
  server.listen({ ...where, exclusive: true });
  await once(server, "listening");
}

async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await done;
}
