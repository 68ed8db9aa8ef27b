import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  bundledChild,
  repositoryRoot,
  runProcess,
  type SeededRandom,
  temporaryFolder,
} from "@stowage/test-kit";
import { inMemoryFolder } from "../in-memory-folder.ts";
import { readTrace } from "../strace.ts";
import { Outage, type Recording } from "./disk.ts";
import { judge } from "./judge.ts";
import { layOutRemains, type Observation, observe, type StorePlace } from "./observe.ts";
import { drawPlan, type Plan } from "./plan.ts";
import { RECORDED_CALLS, recordingOf } from "./recording.ts";

export interface PowerLossOptions {
  readonly random: SeededRandom;
  /** Groups of changes that the program makes. */
  readonly groups: number;
  readonly lock: "kernel" | "portable";
  readonly transient?: boolean;
  /** The share of what may remain that is looked at, drawn by chance. Default 1. */
  readonly share?: number;
}

export interface PowerLossFigures {
  readonly requests: number;
  /** Moments at which the power went. */
  readonly outages: number;
  /** Combinations of what survived. */
  readonly remains: number;
  /** Of these, different from one another: each was opened. */
  readonly stores: number;
  /** Stores whose volatile file had to be repaired before they opened. */
  readonly repaired: number;
  /** Different ones, at most a few of each. */
  readonly violations: readonly string[];
}

/** Records a program at work, and takes away its power at every moment, in every way. */
export async function attackPower(options: PowerLossOptions): Promise<PowerLossFigures> {
  await using scratch = await temporaryFolder();
  const plan = drawPlan(options.random, options.groups);
  const recording = await record(scratch.path, plan, options);
  await using stage = await inMemoryFolder();
  const contents = new Map<string, Buffer>();
  const observed = new Map<string, Observation | Error>();
  const judged = new Set<string>();
  const violations = new Map<string, string>();
  let [remains, repaired] = [0, 0];
  let begun = 0;
  const acknowledged = new Set<number>();
  for (const [index, step] of recording.steps.entries()) {
    if ("mark" in step) {
      const [kind, number] = step.mark.split(" ");
      if (kind === "begin") begun = Number(number);
      else acknowledged.add(Number(number));
    }
    for (const found of new Outage(recording, index + 1, contents).remains()) {
      if (!options.random.chance(options.share ?? 1)) continue;
      remains += 1;
      const case_ = `${begun} ${acknowledged.size} ${found.key}`;
      if (judged.has(case_)) continue;
      judged.add(case_);
      let seen = observed.get(found.key);
      if (seen === undefined) {
        const root = path.join(stage.path, String(observed.size));
        await mkdir(root);
        await layOutRemains(root, found, recording.identities);
        seen = await observe(placeIn(root, options)).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        );
        if (!(seen instanceof Error) && seen.repaired) repaired += 1;
        observed.set(found.key, seen);
        await rm(root, { recursive: true });
      }
      const where = `step ${index + 1}, begun ${begun}, acknowledged ${acknowledged.size}: ${found.key.replaceAll("\n", ", ")}`;
      if (seen instanceof Error) {
        violations.set(seen.message.replaceAll(/\/\S+\//g, ""), `${seen.message} (${where})`);
        continue;
      }
      const judgement = judge(seen, plan.histories, { begun, acknowledged });
      for (const violation of judgement.violations) violations.set(violation, `${violation} (${where})`);
    }
  }
  return {
    requests: plan.groups.flat().length,
    outages: recording.steps.length,
    remains,
    stores: observed.size,
    repaired,
    violations: [...violations.values()],
  };
}

function placeIn(root: string, { transient = false }: PowerLossOptions): StorePlace {
  return {
    dir: path.join(root, "stowage/containers"),
    runDir: transient ? path.join(root, "run") : undefined,
    transient,
  };
}

async function record(scratch: string, plan: Plan, options: PowerLossOptions): Promise<Recording> {
  const root = path.join(scratch, "disk");
  await mkdir(root);
  const [planFile, log] = [path.join(scratch, "plan"), path.join(scratch, "log")];
  await writeFile(planFile, JSON.stringify(plan.groups));
  const child = await bundledChild(path.join(repositoryRoot, "tools/attack/src/power-loss/workload.ts"));
  const place = JSON.stringify({ ...placeIn(root, options), lock: options.lock });
  const tracing = ["-f", "-qq", "--seccomp-bpf", "-xx", "-s", "10000000", "-o", log];
  const traced = await runProcess(
    "strace",
    [
      ...tracing,
      "-e",
      `trace=${RECORDED_CALLS.join(",")}`,
      "-e",
      "abbrev=!statx",
      process.execPath,
      child,
      place,
      planFile,
    ],
    { env: { UV_USE_IO_URING: "0", NODE_OPTIONS: "" } },
  );
  if (traced.code !== 0) throw new Error(`the program failed: ${traced.stderr}`);
  return recordingOf(readTrace(await readFile(log, "utf8")), root);
}
