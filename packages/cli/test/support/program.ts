import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

import { repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";
import type { RunOptions, RunResult } from "@stowage/test-kit";

const packageFolder = path.join(repositoryRoot, "packages/cli");

/**
 * The built program; made here when nobody did it before, as `npm test` does.
 * $STOWAGE_PROGRAM names another one to test instead, such as an installed one.
 */
export const programFile: Promise<string> = builtProgram();

async function builtProgram(): Promise<string> {
  const given = process.env["STOWAGE_PROGRAM"];
  if (given !== undefined && given !== "") return path.resolve(given);
  const file = path.join(packageFolder, "dist/stowage.cjs");
  if (existsSync(file)) return file;
  // Test files run side by side: each builds for itself, and the last one's stays.
  const folder = mkdtempSync(path.join(packageFolder, "node_modules/.stowage-build-"));
  try {
    const tsup = path.join(repositoryRoot, "node_modules/tsup/dist/cli-default.js");
    const built = await runProcess(process.execPath, [tsup, "--out-dir", folder], { cwd: packageFolder });
    if (built.code !== 0) throw new Error(`the program cannot be built: ${built.stderr}${built.stdout}`);
    if (!existsSync(file)) renameSync(folder, path.dirname(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return file;
}

/** Surroundings in which nothing of this machine's user is seen. */
function isolated(folder: string): Record<string, string | undefined> {
  return {
    STOWAGE_DIR: path.join(folder, "store"),
    XDG_DATA_HOME: undefined,
    XDG_CACHE_HOME: undefined,
    HOME: path.join(folder, "home"),
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    STOWAGE_DEBUG: undefined,
  };
}

/** A place of its own for the program: a folder to work in, and a store, made when something is put into it. */
export interface Bench extends AsyncDisposable {
  readonly folder: string;
  /** The store's folder. */
  readonly dir: string;
  /** Runs `stowage` in the folder, on the store unless the arguments say otherwise. */
  run(...args: string[]): Promise<RunResult>;
  runWith(options: RunOptions, ...args: string[]): Promise<RunResult>;
  /** As `run`, and fails the test unless the exit code is 0; resolves to standard output. */
  done(...args: string[]): Promise<string>;
  /** As `done`, with `--json`, decoded. */
  json<T = unknown>(...args: string[]): Promise<T>;
  /** Starts it and leaves it running; the caller ends it. */
  start(...args: string[]): Promise<ChildProcessWithoutNullStreams>;
  /** Runs it on a pseudo-terminal of that many columns; standard output and error come mixed, lines end in \n. */
  onTerminal(columns: number, env: Record<string, string>, ...args: string[]): Promise<RunResult>;
}

export async function bench(): Promise<Bench> {
  const place = await temporaryFolder();
  const program = await programFile;
  const env = isolated(place.path);
  const runWith = (options: RunOptions, ...args: string[]): Promise<RunResult> =>
    runProcess(process.execPath, [program, ...args], {
      cwd: place.path,
      ...options,
      env: { ...env, ...options.env },
    });
  const done = async (...args: string[]): Promise<string> => {
    const result = await runWith({}, ...args);
    if (result.code !== 0) throw new Error(`stowage ${args.join(" ")}: ${result.code}, ${result.stderr}`);
    return result.stdout;
  };
  return {
    folder: place.path,
    dir: path.join(place.path, "store"),
    run: (...args) => runWith({}, ...args),
    runWith,
    done,
    json: async <T>(...args: string[]) => JSON.parse(await done(...args, "--json")) as T,
    start: (...args) =>
      Promise.resolve(
        spawn(process.execPath, [program, ...args], {
          cwd: place.path,
          env: { ...process.env, ...env },
          stdio: "pipe",
        }),
      ),
    onTerminal: async (columns, terminalEnv, ...args) => {
      const words = [process.execPath, program, ...args].map(quoted).join(" ");
      const result = await runProcess(
        "script",
        ["-qec", `stty cols ${columns} rows 40; exec ${words}`, "/dev/null"],
        { cwd: place.path, env: { TERM: "xterm-256color", ...env, ...terminalEnv } },
      );
      return { ...result, stdout: result.stdout.replaceAll("\r\n", "\n") };
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
