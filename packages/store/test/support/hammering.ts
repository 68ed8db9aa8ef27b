import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { bundledChild, runProcess } from "@stowage/test-kit";
import type { ContainerStore } from "../../src/index.ts";
import type { HammerOptions } from "./hammer-child.ts";
import type { HammerReport } from "./hammer-report.ts";

/** A process of ours that hammers a store until it is stopped. */
export class OurHammer {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #output: Buffer[] = [];
  readonly #closed: Promise<unknown>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#child = child;
    this.#closed = once(child, "close");
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => this.#output.push(chunk));
    }
  }

  /** Resolves when it is at work. */
  static async start(options: HammerOptions): Promise<OurHammer> {
    const program = await bundledChild(new URL("hammer-child.ts", import.meta.url));
    const child = spawn(process.execPath, [program, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    const hammer = new OurHammer(child);
    await Promise.race([once(child.stdout, "data"), hammer.#closed]);
    return hammer;
  }

  /** Lets it finish what it has begun, and report. */
  async stop(): Promise<HammerReport> {
    this.#child.stdin.end();
    await this.#closed;
    const lines = Buffer.concat(this.#output).toString().trim().split("\n");
    try {
      return JSON.parse(lines.at(-1) ?? "") as HammerReport;
    } catch (cause) {
      throw new Error(`the hammer did not report: ${lines.join("\n")}`, { cause });
    }
  }
}

/** Runs hammers of the library one after the other until the signal aborts; resolves to all their reports. */
export async function hammerOfLibrary(
  program: string,
  args: readonly string[],
  seed: number,
  until: AbortSignal,
): Promise<HammerReport[]> {
  const reports: HammerReport[] = [];
  for (let round = 0; !until.aborted; round += 1) {
    const all = ["hammer", ...args, "--seed", String(seed * 1000 + round)];
    // Exit code 1: it reports violations.
    const { stdout, stderr } = await runProcess(program, all, { timeout: 300_000 });
    if (stdout === "") throw new Error(`the library's hammer did not report: ${stderr}`);
    reports.push(JSON.parse(stdout) as HammerReport);
  }
  return reports;
}

/** What of the reports does not hold in the store; an empty list is the only good answer. */
export async function wrongWith(store: ContainerStore, reports: readonly HammerReport[]): Promise<string[]> {
  const found: string[] = [];
  const expected = new Set<string>();
  for (const { pid, impl, containers, deleted, violations, errors } of reports) {
    for (const problem of [...violations, ...errors]) found.push(`${impl} ${pid}: ${problem}`);
    for (const { id, names, metadata, bigData } of containers) {
      expected.add(id);
      const container = await store.find(id);
      const is = container && {
        id,
        names: container.names,
        metadata: container.metadata,
        bigData: Object.fromEntries(container.bigDataDigests),
      };
      const wanted = { id, names, metadata, bigData };
      if (!isSame(is, wanted))
        found.push(`${impl} ${pid}: ${JSON.stringify(is)} must be ${JSON.stringify(wanted)}`);
    }
    for (const { id, names } of deleted) {
      for (const ref of [id, ...names]) if (await store.exists(ref)) found.push(`deleted ${ref} is there`);
    }
  }
  for (const { id } of await store.list()) if (!expected.has(id)) found.push(`${id} is nobody's`);
  for (const finding of await store.check()) found.push(`${finding.code}: ${finding.message}`);
  return found;
}

const isSame = (one: unknown, other: unknown): boolean => sorted(one) === sorted(other);

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort())
      : item,
  );

/** Lets the library judge: exactly what the reports say, no name twice, every digest right. */
export async function judgeOfLibrary(
  program: string,
  dir: string,
  reports: readonly HammerReport[],
  folder: string,
): Promise<string[]> {
  const files = await Promise.all(
    reports.map(async (report, index) => {
      const file = path.join(folder, `report-${index}.json`);
      await writeFile(file, JSON.stringify(report));
      return file;
    }),
  );
  const args = ["verify", "--dir", dir, "--exact", ...files.flatMap((file) => ["--expect", file])];
  const { stdout, stderr, code } = await runProcess(program, args);
  if (stdout === "") throw new Error(`no verdict: ${stderr}`);
  const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: string[] };
  return ok && code === 0 ? [] : [...problems, `exit code ${code}`];
}
