import { request } from "node:http";
import { WORK_HEADER } from "../../src/protocol.ts";
import type { RunningUi } from "../../src/index.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A request with nothing in it that a browser adds by itself. */
export function ask(
  ui: RunningUi,
  path: string,
  { method = "GET", headers = {}, body }: Ask = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port: ui.port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text,
            get json() {
              return JSON.parse(text) as unknown;
            },
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The cookie that the token is exchanged for, as it is sent back. */
export async function cookieOf(ui: RunningUi): Promise<string> {
  const { pathname, search } = new URL(ui.url);
  const { headers } = await ask(ui, pathname + search);
  return String(headers["set-cookie"]?.[0]).split(";")[0]!;
}

/** Headers of a POST as the page sends it. */
export async function postHeaders(ui: RunningUi): Promise<Record<string, string>> {
  return {
    cookie: await cookieOf(ui),
    origin: `http://127.0.0.1:${ui.port}`,
    "content-type": "application/json",
    [WORK_HEADER]: "1",
  };
}

export async function post(ui: RunningUi, path: string, body: unknown): Promise<Answer> {
  return await ask(ui, path, { method: "POST", headers: await postHeaders(ui), body: JSON.stringify(body) });
}

export async function get(ui: RunningUi, path: string): Promise<Answer> {
  return await ask(ui, path, { headers: { cookie: await cookieOf(ui) } });
}
