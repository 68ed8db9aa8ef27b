import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";

import type { Call } from "../call.ts";
import { CommandFailure } from "../errors.ts";
import { systemError } from "../go-text.ts";
import { storeErrorText, withFile } from "../store-errors.ts";
import type { OnBigData } from "../store-errors.ts";

export async function listData(call: Call): Promise<number> {
  const { bigDataNames } = await call.store.get(call.ref, { signal: call.signal });
  if (call.values.json) await call.outJson(bigDataNames.length === 0 ? null : bigDataNames);
  else await call.out(bigDataNames.map((key) => `${key}\n`).join(""));
  return 0;
}

/** The container's id, and the item that the second argument names. */
async function itemOf({ store, ref, args, signal }: Call): Promise<{ id: string; key: string }> {
  return { id: await store.lookup(ref, { signal }), key: args[1]! };
}

async function wording<T>(doing: OnBigData, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new CommandFailure(storeErrorText(error, doing), { cause: error });
  }
}

export async function getData(call: Call): Promise<number> {
  const { id, key } = await itemOf(call);
  const { file } = call.values;
  const { signal, store } = call;
  const openItem = (): ReturnType<typeof store.openBigData> =>
    wording("retrieve container big data value", store.openBigData(id, key, { signal }));
  if (file === "") {
    await using reader = await openItem();
    for await (const piece of reader) await call.outWhole(piece);
    return 0;
  }
  // The file is emptied before the item is looked for, as scripts know it.
  const target = await withFile(file, () => open(path.resolve(call.cwd, file), "w"));
  try {
    await using reader = await openItem();
    for await (const piece of reader) await target.writeFile(piece);
  } finally {
    await target.close();
  }
  return 0;
}

export async function setData(call: Call): Promise<number> {
  const { id, key } = await itemOf(call);
  const { file } = call.values;
  const options = { signal: call.signal };
  if (file === "") {
    await wording("set", call.store.setBigData(id, key, call.stdin(), options));
    return 0;
  }
  const handle = await withFile(file, () => open(path.resolve(call.cwd, file)));
  try {
    if ((await handle.stat()).isDirectory()) throw new CommandFailure(`read ${file}: is a directory`);
    const source = createReadStream("", { fd: handle, autoClose: false });
    await wording("set", call.store.setBigData(id, key, source, options));
  } finally {
    await handle.close();
  }
  return 0;
}

export async function dataSize(call: Call): Promise<number> {
  const { id, key } = await itemOf(call);
  const measured = call.store.bigDataSize(id, key, { signal: call.signal, complete: true });
  await call.out(`${await wording("size", measured)}\n`);
  return 0;
}

export async function dataDigest(call: Call): Promise<number> {
  const { id, key } = await itemOf(call);
  const measured = call.store.bigDataDigest(id, key, { signal: call.signal, complete: true });
  const digest = await wording("digest", measured);
  const fault = faultOf(digest);
  if (fault !== undefined) throw new CommandFailure(fault);
  await call.out(`${digest}\n`);
  return 0;
}

const hexDigits: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** What is wrong with a recorded digest, in the words of the OCI's library. */
function faultOf(digest: string): string | undefined {
  const parts = /^([a-z0-9]+(?:[.+_-][a-z0-9]+)*):([a-zA-Z0-9=_-]+)$/.exec(digest);
  if (parts === null) return "invalid checksum digest format";
  const length = hexDigits[parts[1]!];
  if (length === undefined) return "unsupported digest algorithm";
  if (parts[2]!.length !== length) return "invalid checksum digest length";
  return /^[a-f0-9]*$/.test(parts[2]!) ? undefined : "invalid checksum digest format";
}

/** The text of a file that the user named. */
export async function readText(call: Call, file: string): Promise<string> {
  const handle = await withFile(file, () => open(path.resolve(call.cwd, file)));
  try {
    return await handle.readFile("utf8");
  } catch (error) {
    throw new CommandFailure(systemError("read", file, error) ?? storeErrorText(error), { cause: error });
  } finally {
    await handle.close();
  }
}
