import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import { digestOf } from "../operations/big-data.ts";
import type { Finding } from "../options.ts";
import { openItem } from "../persistence/disk.ts";
import { collectible } from "../persistence/garbage.ts";
import type { StorePaths } from "../persistence/paths.ts";

/** What is wrong with the containers' data: missing, resized or altered items, ids without a folder, folders without a container. */
export async function checkItems(
  paths: StorePaths,
  containers: readonly Container[],
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const ids = new Set<string>();
  for (const container of containers) {
    ids.add(container.id);
    if (paths.dataFolder(container.id) === undefined) {
      findings.push({
        code: "CHECK_ID_NO_FILE_NAME",
        severity: "error",
        message: `the id ${JSON.stringify(container.id)} is no plain file name; its data is out of reach`,
        action: "delete the container; nothing outside the store is touched",
        id: container.id,
      });
      continue;
    }
    for (const key of container.bigDataNames) {
      signal?.throwIfAborted();
      const finding = await checkItem(paths, container, key);
      if (finding !== undefined) findings.push(finding);
    }
  }
  for (const { path, bytes } of await collectible(paths.dir, (id) => ids.has(id))) {
    findings.push({
      code: "CHECK_FOLDER_ORPHANED",
      severity: "warning",
      message: `the folder ${path} (${bytes} bytes) belongs to no container`,
      action: "remove it with gc",
      path,
    });
  }
  return findings;
}

async function checkItem(paths: StorePaths, container: Container, key: string): Promise<Finding | undefined> {
  const found = (code: string, what: string, action: string): Finding => ({
    code,
    severity: "error",
    message: `item ${JSON.stringify(key)} of container ${container.id} ${what}`,
    action,
    id: container.id,
    key,
  });
  try {
    const { folders, file } = paths.dataFile(container.id, key, false);
    const handle = await openItem(folders, file);
    if (handle === undefined) {
      return found("CHECK_BIG_DATA_MISSING", "is missing", "store it again, or delete the container");
    }
    try {
      const { size, digest } = await digestOf(handle);
      const recordedSize = container.bigDataSizes.get(key);
      const recordedDigest = container.bigDataDigests.get(key);
      if (recordedSize !== undefined && recordedSize !== size) {
        return found(
          "CHECK_BIG_DATA_RESIZED",
          `has ${size} bytes, recorded are ${recordedSize}`,
          "store it again if its content is not the one wanted",
        );
      }
      if (recordedDigest !== undefined && recordedDigest !== digest) {
        return found(
          "CHECK_BIG_DATA_ALTERED",
          `has the digest ${digest}, recorded is ${recordedDigest}`,
          "store it again if its content is not the one wanted",
        );
      }
      return undefined;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof StowageError)) throw error;
    return found(
      "CHECK_BIG_DATA_UNREADABLE",
      `cannot be read: ${error.message}`,
      "look at it, and mend it by hand",
    );
  }
}
