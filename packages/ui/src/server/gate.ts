import { createHash, timingSafeEqual } from "node:crypto";
import { WORK_HEADER } from "../protocol.ts";

/** What the gate looks at. Header names are lower-case, as Node gives them. */
export interface Knock {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What lets somebody in. */
export interface Keys {
  /** In the URLs that let somebody in: the one that is printed, and such as are good for once. */
  readonly tokens: readonly string[];
  /** What it is exchanged for. */
  readonly session: string;
  readonly cookieName: string;
  /** The values of `Host` under which this server is known: it is told apart from a name that was made to point here. */
  readonly hosts: readonly string[];
}

export type Verdict =
  | { readonly is: "let in" }
  /** The token was right: the cookie is given, and the browser sent to the page without it. */
  | { readonly is: "exchange"; readonly token: string }
  | { readonly is: "refused"; readonly status: 401 | 403 | 405; readonly why: string };

const refused = (status: 401 | 403 | 405, why: string): Verdict => ({ is: "refused", status, why });

/**
 * Whether a request comes from the page of this server, opened by who has its URL. In this order:
 *
 * 1. the method is GET or POST
 * 2. `Host` is this server's: a foreign name that resolves to this address is refused (DNS rebinding)
 * 3. the right token at `/` is exchanged for the cookie, wherever the link to it was: that is the first navigation
 * 4. `Origin` and `Sec-Fetch-Site`, where they are sent, say that it is the page itself, or a person who typed the address
 * 5. a POST carries our header, and an `Origin`
 * 6. the cookie is right
 */
export function judge({ method, path, query, headers }: Knock, keys: Keys): Verdict {
  if (method !== "GET" && method !== "POST") return refused(405, "only GET and POST are known");
  const host = headers["host"];
  if (typeof host !== "string" || !keys.hosts.includes(host.toLowerCase())) {
    return refused(403, "this server is not called so");
  }
  const token = query.get("token");
  if (method === "GET" && path === "/" && token !== null) {
    // All are compared, whichever is the right one.
    const [right] = keys.tokens.filter((each) => isSame(token, each));
    return right === undefined
      ? refused(401, "the token is not that of this server, or was used already")
      : { is: "exchange", token: right };
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`)
    return refused(403, "another origin");
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && !(site === "none" && method === "GET")) {
    return refused(403, "asked for by another site");
  }
  if (method === "POST" && (origin === undefined || headers[WORK_HEADER] !== "1")) {
    return refused(403, "not sent by the page");
  }
  const cookie = cookieOf(headers["cookie"], keys.cookieName);
  if (cookie === undefined) return refused(401, "no session: open the URL that `stowage ui` printed");
  return isSame(cookie, keys.session)
    ? { is: "let in" }
    : refused(401, "the session of another server: open the URL that `stowage ui` printed");
}

function cookieOf(header: string | readonly string[] | undefined, name: string): string | undefined {
  if (typeof header !== "string") return undefined;
  for (const pair of header.split(";")) {
    const [key, value] = pair.split("=", 2);
    if (key?.trim() === name) return value?.trim() ?? "";
  }
  return undefined;
}

/** Takes the same time however much of it is right. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
