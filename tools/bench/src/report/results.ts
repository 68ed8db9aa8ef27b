import { cpus, release, totalmem } from "node:os";
import { readFileSync, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { runProcess } from "@stowage/test-kit";
import { benchRoot } from "../measure/place.ts";
import { benchSource } from "../measure/sources.ts";
import type { Figure } from "../measure/figure.ts";
import type { Verdict } from "./judge.ts";

/** Where and with what was measured. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: string;
  readonly kernel: string;
  readonly fileSystem: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What a run came to; the documents are made from it. */
export interface Results {
  readonly machine: Machine;
  /** What was not there, and why. */
  readonly left: readonly string[];
  readonly figures: readonly Figure[];
  readonly verdicts: readonly Verdict[];
}

export async function describeMachine(): Promise<Machine> {
  const all = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: all[0]?.model ?? "unknown",
    cores: all.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `${process.platform} ${release().split("-")[0]}`,
    fileSystem: await fileSystem(),
    versions: {
      node: process.version,
      "containers/storage": "1.57.2",
      ...Object.fromEntries(
        ["lmdb", "libsql", "mnemonist", "proper-lockfile", "write-file-atomic"].map((name) => [
          name,
          versionOf(name),
        ]),
      ),
    },
  };
}

async function fileSystem(): Promise<string> {
  const asked = await runProcess("df", ["--output=fstype", benchRoot()]).catch(() => undefined);
  const name = asked?.stdout.split("\n")[1]?.trim();
  return name === undefined || name === "" ? `type 0x${statfsSync(benchRoot()).type.toString(16)}` : name;
}

/** Of a package that this tool depends on. Not all of them let their package.json be imported. */
function versionOf(name: string): string {
  const folders = createRequire(benchSource("main.ts")).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return (JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")) as { version: string })
        .version;
    } catch {
      // The next folder may have it.
    }
  }
  return "?";
}
