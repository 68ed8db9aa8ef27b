import { isDataFolderName } from "../model/data-folder.ts";
import type { Container } from "../model/container.ts";
import type { Finding } from "../options.ts";
import { finding, quoted } from "./findings.ts";
import type { Pace } from "../persistence/pace.ts";
import type { StorePaths } from "../persistence/paths.ts";
import type { ScannedFile } from "./scan-file.ts";

/** One record, and where it stands. */
interface Standing {
  readonly container: Container;
  readonly path: string;
  /** Counted from 1. */
  readonly record: number;
}

/**
 * What is wrong between and inside records: ids, names and layers that come
 * twice, ids and keys that are no file names. Each finding's `path` and `record`
 * say which record would have to change.
 *
 * @param files in the order in which they are loaded
 */
export async function checkRecords(
  paths: StorePaths,
  files: readonly ScannedFile[],
  pace: Pace,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const byId = new Map<string, Standing>();
  const byName = new Map<string, Standing>();
  const byLayer = new Map<string, Standing>();
  for (const { raw, entries, isDeleted } of files) {
    for (const [position, { container }] of entries.entries()) {
      if (pace.isOver) await pace.rest();
      if (isDeleted(container.id)) continue;
      const standing: Standing = { container, path: raw.path, record: position + 1 };
      const first = byId.get(container.id);
      if (first !== undefined) {
        findings.push(duplicateId(standing, first));
        // Nobody sees that record, so that it takes no names either.
        continue;
      }
      byId.set(container.id, standing);
      findings.push(...checkNames(standing, byName), ...checkLayer(standing, byLayer));
      findings.push(...checkFileNames(paths, standing), ...checkUnlisted(standing));
    }
  }
  return findings;
}

function duplicateId({ container, path, record }: Standing, first: Standing): Finding {
  const { id } = container;
  const text =
    `record ${record} of ${path} has the id ${quoted(id)}, as has record ${first.record} of ${first.path}; ` +
    "it is left out wherever the store is loaded";
  return finding("CHECK_DUPLICATE_ID", text, { path, record, id });
}

/** Of two containers that claim a name, the one that comes later has it. */
function* checkNames(standing: Standing, byName: Map<string, Standing>): Generator<Finding> {
  for (const name of standing.container.names) {
    const loser = byName.get(name);
    byName.set(name, standing);
    if (loser === undefined || loser === standing) continue;
    const text =
      `the name ${quoted(name)} is claimed by ${quoted(loser.container.id)} in ${loser.path} ` +
      `and by ${quoted(standing.container.id)} in ${standing.path}`;
    const isAcross = loser.path !== standing.path;
    yield finding(isAcross ? "CHECK_NAME_ACROSS_FILES" : "CHECK_DUPLICATE_NAME", text, {
      path: loser.path,
      record: loser.record,
      id: loser.container.id,
      name,
    });
  }
}

function* checkLayer(standing: Standing, byLayer: Map<string, Standing>): Generator<Finding> {
  const { id, layer } = standing.container;
  if (layer === "") return;
  const first = byLayer.get(layer);
  if (first === undefined) {
    byLayer.set(layer, standing);
    return;
  }
  const text = `the layer ${quoted(layer)} is that of ${quoted(first.container.id)} and of ${quoted(id)}`;
  yield finding("CHECK_DUPLICATE_LAYER", text, { path: standing.path, record: standing.record, id });
}

function* checkFileNames(paths: StorePaths, { container, path, record }: Standing): Generator<Finding> {
  const { id } = container;
  if (!isDataFolderName(id)) {
    const text = `the id ${quoted(id)} is no plain file name: no data is read, kept or removed under it`;
    yield finding("CHECK_ID_NO_FILE_NAME", text, { path, record, id });
    return;
  }
  for (const key of new Set(container.bigDataNames)) {
    if (paths.hasDataFile(id, key)) continue;
    const text = `the key ${quoted(key)} of ${quoted(id)} is no file inside its folder`;
    yield finding("CHECK_KEY_NO_FILE_NAME", text, { path, record, id, key });
  }
}

/** Every program answers with such a size or digest, as if there were an item. */
function* checkUnlisted({ container, path, record }: Standing): Generator<Finding> {
  const { id, bigDataNames, bigDataSizes, bigDataDigests } = container;
  const listed = new Set(bigDataNames);
  for (const key of new Set([...bigDataSizes.keys(), ...bigDataDigests.keys()])) {
    if (listed.has(key)) continue;
    const text = `a size or digest is recorded for ${quoted(key)} of ${quoted(id)}, which is not among its items`;
    yield finding("CHECK_BIG_DATA_UNLISTED", text, { path, record, id, key });
  }
}
