import { createHash } from "node:crypto";
import type { SeededRandom } from "@stowage/test-kit";

export interface PlannedItem {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Which content: see `contentOf`. */
  readonly fill: string;
}

export interface PlannedRequest {
  readonly op: "create" | "setMetadata" | "takeName" | "setBigData" | "delete";
  readonly id: string;
  readonly volatile?: boolean;
  readonly names?: readonly string[];
  readonly metadata?: string;
  readonly items?: readonly PlannedItem[];
}

/** Requests that are made at once; the next ones follow when all are acknowledged. */
export type PlannedGroup = readonly PlannedRequest[];

/** What a container is after a request: names, metadata and the digest of each item. */
export interface Version {
  readonly names: readonly string[];
  readonly metadata: string;
  readonly items: ReadonlyMap<string, string>;
}

/** All that one container ever was; undefined where it is not there. `request` counts over all groups. */
export interface History {
  readonly volatile: boolean;
  readonly versions: readonly { readonly request: number; readonly version: Version | undefined }[];
}

export interface Plan {
  readonly groups: readonly PlannedGroup[];
  readonly histories: ReadonlyMap<string, History>;
}

export function contentOf({ size, fill }: PlannedItem): Buffer {
  const bytes = Buffer.alloc(size, `${fill};`);
  bytes.write(fill.slice(0, size));
  return bytes;
}

export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Draws a sequence of changes, stable and volatile ones, single and in groups. */
export function drawPlan(random: SeededRandom, groupCount: number): Plan {
  const now = new Map<string, { volatile: boolean; version: Version }>();
  const histories = new Map<string, { volatile: boolean; versions: History["versions"][number][] }>();
  const groups: PlannedGroup[] = [];
  let request = 0;
  let drawn = 0;

  const note = (id: string, volatile: boolean, version: Version | undefined): void => {
    const history = histories.get(id) ?? { volatile, versions: [] };
    histories.set(id, history);
    history.versions.push({ request, version });
    if (version === undefined) now.delete(id);
    else now.set(id, { volatile, version });
  };
  const item = (key: string): PlannedItem => {
    drawn += 1;
    return { key, size: random.integer(random.chance(0.2) ? 90_000 : 3_000), fill: `${key} ${drawn}` };
  };
  const draw = (id: string | undefined): PlannedRequest => {
    drawn += 1;
    const old = id === undefined ? undefined : now.get(id);
    if (id === undefined || old === undefined) {
      const created = `c${drawn}`;
      const volatile = random.chance(0.25);
      const names = random.chance(0.7) ? [`n${drawn}`] : [];
      const items = ["config.json", "MyData"].slice(0, random.integer(3)).map(item);
      const metadata = `m${drawn}`;
      note(created, volatile, {
        names,
        metadata,
        items: new Map(items.map((each) => [each.key, digestOf(contentOf(each))])),
      });
      return { op: "create", id: created, volatile, names, metadata, items };
    }
    const { volatile, version } = old;
    const choice = random.next();
    if (choice < 0.4) {
      const metadata = `m${drawn}`.repeat(random.chance(0.2) ? 3_000 : 1);
      note(id, volatile, { ...version, metadata });
      return { op: "setMetadata", id, metadata };
    }
    if (choice < 0.8) {
      const set = item(random.pick(["config.json", "MyData", "log"]));
      note(id, volatile, {
        ...version,
        items: new Map([...version.items, [set.key, digestOf(contentOf(set))]]),
      });
      return { op: "setBigData", id, items: [set] };
    }
    note(id, volatile, undefined);
    return { op: "delete", id };
  };
  const takeName = (): PlannedRequest | undefined => {
    const named = [...now].filter(([, { version }]) => version.names.length > 0);
    if (named.length === 0 || now.size < 2) return undefined;
    const [loser, { volatile, version }] = random.pick(named);
    const winner = random.pick([...now.keys()].filter((id) => id !== loser));
    const taker = now.get(winner);
    if (taker === undefined) return undefined;
    const { names } = version;
    note(loser, volatile, { ...version, names: [] });
    note(winner, taker.volatile, { ...taker.version, names });
    return { op: "takeName", id: winner, names };
  };

  while (groups.length < groupCount) {
    const taking = random.chance(0.15) ? takeName() : undefined;
    if (taking !== undefined) {
      groups.push([taking]);
      request += 1;
      continue;
    }
    const size = random.chance(0.7) ? 1 : 2 + random.integer(3);
    const candidates = random.shuffled([...now.keys()]);
    const group: PlannedRequest[] = [];
    while (group.length < size) {
      group.push(draw(now.size < 3 || random.chance(0.25) ? undefined : candidates.pop()));
      request += 1;
    }
    groups.push(group);
  }
  return { groups, histories };
}
