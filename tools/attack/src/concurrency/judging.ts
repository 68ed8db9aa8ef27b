import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { ContainerStore } from "@stowage/store";
import { runProcess } from "@stowage/test-kit";
import type { HammerReport } from "./report.ts";

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
  return ok && code === 0 ? [] : [...problems.map((each) => `the library: ${each}`), `exit code ${code}`];
}
