import { LARGEST_PREVIEW } from "../protocol.ts";
import { write } from "./event-stream.ts";
import { bytesOf, containerOf, type Exchange, LOCK_PATIENCE, required } from "./exchange.ts";
import { attachment, DOWNLOAD_POLICY } from "./headers.ts";
import { badRequest } from "./http-error.ts";
import { answerJob } from "./jobs.ts";

/** `GET /api/data`: bytes `start` to `end` of an item, at most `LARGEST_PREVIEW`, as they are. */
export async function showData(exchange: Exchange): Promise<void> {
  const { base, query, response, signal } = exchange;
  const [start, end] = [bytesOf(query, "start"), bytesOf(query, "end")];
  if (end < start || end - start > LARGEST_PREVIEW)
    throw badRequest("that range cannot be asked for at once");
  const { id } = await containerOf(exchange, required(query, "id"));
  const options = { signal, timeout: LOCK_PATIENCE, start, end };
  await using reader = await base.store.openBigData(id, required(query, "key"), options);
  const bytes = await reader.bytes();
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": bytes.length,
    "content-security-policy": DOWNLOAD_POLICY,
    "content-disposition": "attachment",
  });
  response.end(bytes);
}

/** `GET /api/download`: a whole item, as a file. Cut off when it cannot be read to its end, so that no part looks whole. */
export async function download(exchange: Exchange): Promise<void> {
  const { base, query, response, signal } = exchange;
  const key = required(query, "key");
  const { id } = await containerOf(exchange, required(query, "id"));
  await using reader = await base.store.openBigData(id, key, { signal, timeout: LOCK_PATIENCE });
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": reader.size,
    "content-security-policy": DOWNLOAD_POLICY,
    "content-disposition": attachment(key),
  });
  for await (const chunk of reader) {
    if (response.destroyed) return;
    await write(response, chunk);
  }
  response.end();
}

/** `POST /api/verify`: reads an item and compares its digest, with progress. */
export async function verify(exchange: Exchange): Promise<void> {
  const { base, query } = exchange;
  const key = required(query, "key");
  const { id } = await containerOf(exchange, required(query, "id"));
  await answerJob(exchange, async (signal, tell) => {
    await using reader = await base.store.openBigData(id, key, {
      signal,
      timeout: LOCK_PATIENCE,
      verify: true,
    });
    const { size, digest } = reader;
    let done = 0;
    for await (const chunk of reader) {
      done += chunk.length;
      tell({ done, total: size, what: "bytes" });
    }
    return { type: "verified", digest, bytes: done };
  });
}
