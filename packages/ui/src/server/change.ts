import type { Container } from "@stowage/store";
import type { ChangeReply } from "../protocol.ts";
import { containerOf, type Exchange, LOCK_PATIENCE, readBody, sendJson } from "./exchange.ts";
import { badRequest, HttpError } from "./http-error.ts";
import { mustBeAllowed } from "./health.ts";
import { versionOf } from "./look.ts";

/** `POST /api/change`: one change of one container, which must be what the page showed. */
export async function change(exchange: Exchange): Promise<void> {
  const { base, signal, response } = exchange;
  mustBeAllowed(exchange);
  const body = await readBody(exchange);
  const id = textOf(body, "id");
  const container = await containerOf(exchange, id);
  mustBeSeen(container, textOf(body, "seen"), exchange);
  const options = { signal, timeout: LOCK_PATIENCE, ifUnchanged: container };
  const made = async (): Promise<Container | undefined> => {
    switch (body["op"]) {
      case "names":
        return await base.store.setNames(id, namesOf(body), options);
      case "metadata":
        return await base.store.setMetadata(id, textOf(body, "metadata"), options);
      case "delete":
        await base.store.delete(id, options);
        return undefined;
      default:
        throw badRequest("that cannot be asked for");
    }
  };
  const after = await made();
  const reply: ChangeReply = { version: after && versionOf(after, base.encode) };
  sendJson(response, reply);
}

function mustBeSeen(container: Container, seen: string, { base }: Exchange): void {
  if (versionOf(container, base.encode) === seen) return;
  throw new HttpError(
    409,
    "ERR_CONTAINER_CHANGED",
    "somebody else has changed the container meanwhile; look again",
  );
}

function textOf(body: Readonly<Record<string, unknown>>, member: string): string {
  const value = body[member];
  if (typeof value !== "string") throw badRequest(`${member} must be a text`);
  return value;
}

function namesOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  const names = body["names"];
  if (Array.isArray(names) && names.every((name) => typeof name === "string" && name !== ""))
    return names as string[];
  throw badRequest("names must be a list of names");
}
