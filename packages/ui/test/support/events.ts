import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { FeedEvents } from "../../src/protocol.ts";
import type { RunningUi } from "../../src/index.ts";
import { cookieOf } from "./raw.ts";

export type FeedMessage = {
  [Name in keyof FeedEvents]: { readonly name: Name; readonly data: FeedEvents[Name] };
}[keyof FeedEvents];

/** A client of the feed that reads as slowly as it is asked to. */
export interface FeedClient extends AsyncDisposable {
  /** The next message; rejects when the feed has ended. */
  next(): Promise<FeedMessage>;
  /** Messages up to the first that is wanted, which comes last. */
  until(wanted: (message: FeedMessage) => boolean): Promise<readonly FeedMessage[]>;
}

export async function feedOf(ui: RunningUi, query = ""): Promise<FeedClient> {
  const cookie = await cookieOf(ui);
  let outgoing!: ClientRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing = request(
      { host: "127.0.0.1", port: ui.port, path: `/api/events${query}`, headers: { cookie }, agent: false },
      resolve,
    );
    outgoing.on("error", reject).end();
  });
  const messages = parsed(response);
  const next = async (): Promise<FeedMessage> => {
    const { value, done } = await messages.next();
    if (done === true) throw new Error("the feed has ended");
    return value;
  };
  return {
    next,
    until: async (wanted) => {
      const seen: FeedMessage[] = [];
      for (;;) {
        seen.push(await next());
        if (wanted(seen.at(-1)!)) return seen;
      }
    },
    [Symbol.asyncDispose]: async () => {
      response.on("error", () => undefined);
      outgoing.destroy();
      await messages.return(undefined);
    },
  };
}

async function* parsed(response: IncomingMessage): AsyncGenerator<FeedMessage, undefined> {
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response) {
    const parts = (rest + String(chunk)).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const [name = "", data = ""] = part.split("\n").map((line) => line.replace(/^\w+: /, ""));
      yield { name, data: JSON.parse(data) } as FeedMessage;
    }
  }
  return undefined;
}
