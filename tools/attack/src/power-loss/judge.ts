import type { Observation, ObservedContainer } from "./observe.ts";
import type { History, Version } from "./plan.ts";

/** How far the program had come: what it had begun, and what of it was acknowledged. */
export interface Progress {
  /** Requests before this one were begun. */
  readonly begun: number;
  readonly acknowledged: ReadonlySet<number>;
}

export interface Judgement {
  /** What is broken; none when all promises were kept. */
  readonly violations: readonly string[];
}

/** Holds what was found after a loss of power against all that may be found. */
export function judge(
  observation: Observation,
  histories: ReadonlyMap<string, History>,
  progress: Progress,
): Judgement {
  const violations: string[] = [];
  for (const id of observation.containers.keys()) {
    if (!histories.has(id)) violations.push(`${id} was never made`);
  }
  for (const [id, history] of histories) {
    const found = observation.containers.get(id);
    const allowed = allowedVersions(history, progress);
    if (!allowed.some((version) => isVersion(found, version))) {
      const said = found === undefined ? "missing" : show(found);
      violations.push(`${id} is ${said}; it may be ${allowed.map(showVersion).join(" or ")}`);
      continue;
    }
    if (found === undefined || history.volatile) continue;
    for (const [key, digest] of found.digests) {
      const content = found.contents.get(key);
      if (content !== digest)
        violations.push(`${id}: the content of ${key} is ${String(content)}, recorded is ${digest}`);
    }
  }
  const holders = [...observation.containers.values()].flatMap(({ names }) => names);
  if (new Set(holders).size !== holders.length)
    violations.push(`a name is held twice: ${holders.join(", ")}`);
  return { violations };
}

/** From the last version that was acknowledged to the last one that was begun. What is volatile may be older, or gone. */
function allowedVersions({ volatile, versions }: History, progress: Progress): (Version | undefined)[] {
  const begun = versions.filter(({ request }) => request < progress.begun);
  const certain = volatile ? -1 : begun.findLastIndex(({ request }) => progress.acknowledged.has(request));
  const open = begun.slice(Math.max(certain, 0)).map(({ version }) => version);
  return certain < 0 ? [undefined, ...open] : open;
}

function isVersion(found: ObservedContainer | undefined, version: Version | undefined): boolean {
  if (found === undefined || version === undefined) return found === version;
  return show(found) === showVersion(version);
}

const show = ({ names, metadata, digests }: ObservedContainer): string => text(names, metadata, digests);

const showVersion = (version: Version | undefined): string =>
  version === undefined ? "missing" : text(version.names, version.metadata, version.items);

function text(names: readonly string[], metadata: string, items: ReadonlyMap<string, string>): string {
  const digests = [...items].map(([key, digest]) => `${key}=${digest.slice(7, 19)}`).sort();
  const short = metadata.length > 40 ? `${metadata.slice(0, 8)}…${metadata.length}` : metadata;
  return `{${names.join(",")}; ${short}; ${digests.join(",")}}`;
}
