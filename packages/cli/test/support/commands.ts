import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Bench } from "./program.ts";

/** Every command, as it is called on the store of `plant`, and what may be expected of it. */
export interface Call {
  readonly args: readonly string[];
  /** Whether it changes the store. */
  readonly changes: boolean;
  readonly input?: string;
  /** It says nothing of records, so that a damaged store or a held lock is none of its business. */
  readonly isAside?: true;
  /** It works on a damaged store: that is what it is for. Its exit code there. */
  readonly onDamage?: number;
  /** What it prints is drawn anew at each call. */
  readonly isRandom?: true;
}

const read = (...args: string[]): Call => ({ args, changes: false });
const change = (...args: string[]): Call => ({ args, changes: true });

export const calls: readonly Call[] = [
  { ...change("create", "busybox", "--name", "made"), isRandom: true },
  read("ls"),
  read("ls", "--no-trunc"),
  // It has neither image nor layer: a narrow terminal does without those columns.
  read("ls", "-f", "id=plain"),
  read("ls", "--format", "table {{.Names}}\t{{.Image}}\t{{.Size}}"),
  read("inspect", "web"),
  change("rm", "db"),
  read("exists", "web", "db"),
  read("name", "ls", "web"),
  change("name", "add", "web", "www"),
  read("metadata", "get", "web"),
  { ...change("metadata", "set", "web", "-"), input: "new" },
  read("flag", "ls", "web"),
  change("flag", "set", "web", "tier=front"),
  read("data", "ls", "web"),
  read("data", "get", "web", "config.json"),
  { ...change("data", "set", "web", "more"), input: "more" },
  read("data", "verify", "web"),
  read("tree"),
  read("df"),
  read("stats"),
  read("export", "archive.tar"),
  change("import", "lines.ndjson"),
  { ...read("check"), onDamage: 3 },
  { ...change("repair", "--yes"), onDamage: 3 },
  { ...change("gc"), onDamage: 3 },
  { ...read("lock", "status"), isAside: true },
  change("wipe", "--yes"),
  { ...read("batch"), input: '{"op":"exists","id":"web"}\n' },
];

/** Commands that are tried elsewhere, and where. */
export const triedElsewhere: ReadonlyMap<string, string> = new Map([
  ["watch", "watch.test.ts, with its screens"],
  ["top", "top-screens.test.ts"],
  ["ui", "ui.test.ts"],
  ["compat", "compat.test.ts"],
]);

const digestOf = (content: string): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** A store that looks the same at every time: its moments lie in the future, which is shown as it stands. */
export async function plant(place: Bench): Promise<void> {
  const content = '{"port":80}';
  const web = "a1".repeat(32);
  const record = (id: string, names: string[], rest: object): object => ({
    id,
    names,
    image: "",
    layer: "",
    created: "2999-01-02T03:04:05Z",
    ...rest,
  });
  const records = [
    record(web, ["web", "a-rather-long-second-name"], {
      image: "docker.io/library/nginx:1.27-alpine-with-a-long-tag",
      layer: "b2".repeat(32),
      metadata: '{"name":"web"}',
      "big-data-names": ["config.json"],
      "big-data-sizes": { "config.json": content.length },
      "big-data-digests": { "config.json": digestOf(content) },
      flags: { debug: true },
    }),
    record("c3".repeat(32), ["db"], { image: "postgres", layer: "d4".repeat(32) }),
    record("plain", ["容器"], {}),
  ];
  // What `import` is given.
  const line = { volatile: false, record: record("e5".repeat(32), ["cache"], { image: "redis" }) };
  await writeFile(path.join(place.folder, "lines.ndjson"), `${JSON.stringify(line)}\n`);
  await mkdir(path.join(place.dir, web), { recursive: true, mode: 0o700 });
  await writeFile(path.join(place.dir, web, "config.json"), content, { mode: 0o600 });
  await writeFile(path.join(place.dir, "containers.json"), JSON.stringify(records), { mode: 0o600 });
  await writeFile(path.join(place.dir, "containers.lock"), "0123456789abcdef".repeat(4), { mode: 0o644 });
}
