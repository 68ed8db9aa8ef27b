export const metadataAt = (change: number): string => `metadata of ${change}`;

export const contentAt = (change: number): Buffer =>
  Buffer.alloc(100 + ((change * 7_919) % 150_000), `${change};`);

/** What a writer said until it was killed. */
export interface Said {
  /** The last change that was begun; -1 when there was none. */
  readonly begun: number;
  readonly acknowledged: number;
  readonly deleting: ReadonlySet<number>;
  readonly deleted: ReadonlySet<number>;
}

/** Reads the lines of a writer; one that was cut off counts as not said. */
export function readSaid(output: string, before: Said): Said {
  let { begun, acknowledged } = before;
  const [deleting, deleted] = [new Set(before.deleting), new Set(before.deleted)];
  for (const line of output.slice(0, output.lastIndexOf("\n") + 1).split("\n")) {
    const [word, text] = line.split(" ");
    const change = Number(text);
    if (word === "begin") begun = change;
    if (word === "done") acknowledged = change;
    if (word === "deleting") deleting.add(change);
    if (word === "deleted") deleted.add(change);
  }
  return { begun, acknowledged, deleting, deleted };
}

export const nothingSaid: Said = { begun: -1, acknowledged: -1, deleting: new Set(), deleted: new Set() };

/** What the writer of transactions changes: a container that counts, and the one that has the name. */
export const COUNTER = "counter";
export const CURRENT = "current";
export const idAt = (change: number): string => `made-by-${change}`;
