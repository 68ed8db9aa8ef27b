import { createHash } from "node:crypto";
import type { Container } from "@stowage/store";
import type { Details, Problem, StatusReport, Surroundings } from "../protocol.ts";
import { containerOf, type Exchange, LOCK_PATIENCE, required, sendJson } from "./exchange.ts";
import { problemOf } from "./problem.ts";
import { cut } from "./rows.ts";

/** Characters of metadata, and of the whole record, that are shown. */
const LONGEST = 256 * 1024;
/** Items of one container that are listed. */
const MOST_ITEMS = 2000;

/** Names a state of a record. */
export function versionOf(container: Container, encode: (container: Container) => string): string {
  const hash = createHash("sha256").update(encode(container)).update(String(container.volatile));
  return hash.digest("hex").slice(0, 32);
}

/** `GET /api/container`: a whole record. */
export async function showContainer(exchange: Exchange): Promise<void> {
  const { base, query, response, signal } = exchange;
  const container = await containerOf(exchange, required(query, "id"));
  const images = await base.store.images({ signal, timeout: LOCK_PATIENCE });
  const { names, image, layer, created, volatile, metadata } = container;
  const details: Details = {
    id: container.id,
    names,
    image,
    imageNames: images.namesOf(image),
    layer,
    created,
    volatile,
    metadata: cut(metadata, LONGEST),
    metadataCut: metadata.length > LONGEST ? LONGEST : undefined,
    items: container.bigDataNames.slice(0, MOST_ITEMS).map((key) => ({
      key,
      size: container.bigDataSizes.get(key)?.toString(),
      digest: container.bigDataDigests.get(key),
    })),
    missing: images.missing(container),
    record: cut(base.encode(container), LONGEST),
    version: versionOf(container, base.encode),
  };
  sendJson(response, details);
}

/** `GET /api/surroundings`: names of images, and whose image or layer is gone. */
export async function showSurroundings({ base, response, signal }: Exchange): Promise<void> {
  const options = { signal, timeout: LOCK_PATIENCE };
  // Ghosts first: they are true of one moment, and what is shown comes after.
  const ghosts = await base.store.ghosts(options);
  const images = await base.store.images(options);
  // Without a prototype, as an id may be any text.
  const named: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  for (const { id, names } of images.images ?? []) named[id] = names;
  const missing: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  for (const ghost of ghosts) missing[ghost.container.id] = ghost.missing;
  const surroundings: Surroundings = {
    images: images.images === undefined ? undefined : named,
    layersKnown: images.layers !== undefined,
    missing,
    problems: images.problems.map(plain),
  };
  sendJson(response, surroundings);
}

const plain = (error: unknown): Problem => {
  const { code, message } = problemOf(error);
  return { code, message };
};

/** `GET /api/status`: who has the lock, and what this server's store has done so far. */
export async function showStatus({ base, response }: Exchange): Promise<void> {
  const { store, canWrite, version } = base;
  // A store that has gone has no lock to be asked about; everything else can still be told.
  const lock = await base.lockStatus().catch((error: unknown) => {
    if (problemOf(error).code === "ERR_INTERNAL") throw error;
    return undefined;
  });
  const report: StatusReport = {
    dir: store.dir,
    runDir: store.runDir,
    transient: store.transient,
    lockProtocol: store.lockProtocol,
    canWrite,
    version,
    statistics: { ...store.statistics() },
    lock: lock && {
      state: lock.state,
      holders: lock.holders
        .slice(0, 50)
        .map(({ pid, mode, program }) => ({ pid, mode, program: program ?? "" })),
      readers: lock.waiting.readers,
      writers: lock.waiting.writers,
      longest: lock.waiting.longest,
    },
  };
  sendJson(response, report);
}
