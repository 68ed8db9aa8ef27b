import {
  type ChangeReply,
  type ChangeRequest,
  type JobMessage,
  type Problem,
  WORK_HEADER,
} from "../protocol.ts";

/** The server refused, could not, or is not there (status 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, { code, message }: Problem) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Query = Readonly<Record<string, string | number>>;

export function urlOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  return params.size === 0 ? path : `${path}?${params.toString()}`;
}

export async function getJson<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const response = await ask(urlOf(path, query), { signal: signal ?? null });
  return (await response.json()) as T;
}

export async function getBytes(path: string, query: Query, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await ask(urlOf(path, query), { signal: signal ?? null });
  return new Uint8Array(await response.arrayBuffer());
}

export async function change(request: ChangeRequest): Promise<ChangeReply> {
  const response = await ask("/api/change", post(request));
  return (await response.json()) as ChangeReply;
}

/** Starts work of the server, tells of its progress, and gives what came of it. Rejects when that is a failure. */
export async function runJob(
  url: string,
  body: unknown,
  signal: AbortSignal,
  onProgress: (message: JobMessage & { readonly type: "progress" }) => void,
): Promise<JobMessage> {
  const response = await ask(url, { ...post(body), signal });
  for await (const line of lines(response)) {
    const message = JSON.parse(line) as JobMessage;
    if (message.type === "failed") throw new ApiError(200, message.problem);
    if (message.type !== "progress") return message;
    onProgress(message);
  }
  throw new ApiError(0, GONE);
}

const GONE: Problem = { code: "ERR_GONE", message: "the server does not answer" };

/** A text for people, of whatever went wrong. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether it was ended on purpose. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function post(body: unknown): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", [WORK_HEADER]: "1" },
    body: JSON.stringify(body),
  };
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, credentials: "same-origin", redirect: "error" });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, GONE);
  }
  if (response.ok) return response;
  throw new ApiError(response.status, await problemIn(response));
}

async function problemIn(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { code: "ERR_REFUSED", message: text.trim() };
  }
}

async function* lines(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
