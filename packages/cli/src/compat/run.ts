import { realpathSync } from "node:fs";
import path from "node:path";

import type { ContainerStore } from "@stowage/store";

import type { Surroundings } from "../context.ts";
import { Interruption } from "../errors.ts";
import { Call } from "./call.ts";
import { readCommandLine } from "./command-line.ts";
import type { Invocation } from "./command-line.ts";
import { logLine } from "./debug-log.ts";
import { defaultStores } from "./default-stores.ts";
import { InitializingError, NeedsRealProgram } from "./errors.ts";
import { locate } from "./locate.ts";
import type { CompatLocation } from "./locate.ts";
import { Printer } from "./printer.ts";
import { findRealProgram, passOn, PROGRAM } from "./real-program.ts";
import { storeErrorText } from "./store-errors.ts";

/**
 * The program as containers/storage's own: `argv` is what stands behind its name, and
 * `file` what was started, as it was called. Resolves to the exit code. Rejects with an
 * Interruption only.
 */
export async function runCompatible(
  argv: readonly string[],
  surroundings: Surroundings,
  file: string,
): Promise<number> {
  const { env, home, stdout, stderr } = surroundings;
  const printer = new Printer(env["HOME"] ?? home);
  const uid = process.geteuid?.() ?? 0;
  const defaults = defaultStores({ env, home, uid });
  const calledAs = calledAsIn(env, file);
  const invocation = readCommandLine(argv, { printer, calledAs, defaults, rootless: uid !== 0 });
  await stdout.write(printer.stdout);
  await stderr.write(printer.stderr);
  if (typeof invocation === "number") return invocation;

  const realProgram = findRealProgram(env, realFile(file));
  try {
    if (invocation.command === undefined) throw new NeedsRealProgram("layers, images or mounts");
    const { storeValues } = invocation;
    const hasRealProgram = realProgram !== undefined;
    if (storeValues.debug) await stderr.write(debugLines(invocation));
    const location = locate(storeValues, defaults, { cwd: surroundings.cwd, hasRealProgram });
    return await runCommand(invocation, location, hasRealProgram, surroundings);
  } catch (error) {
    if (surroundings.signal.aborted || error instanceof Interruption) throw error;
    if (error instanceof InitializingError) {
      if (error.logged !== undefined) await stderr.write(logLine("error", error.logged));
      await stdout.write(`error initializing: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof NeedsRealProgram)) {
      await stderr.write(`${storeErrorText(error)}\n`);
      return 1;
    }
    if (realProgram !== undefined) return await passOn(realProgram, argv, env);
    await stderr.write(
      `${invocation.called}: this concerns ${error.message}, and needs the program ${PROGRAM} of ` +
        "containers/storage, which was not found in PATH\n",
    );
    return 1;
  }
}

async function runCommand(
  { command, called, args, values, storeValues }: Invocation,
  location: CompatLocation,
  hasRealProgram: boolean,
  surroundings: Surroundings,
): Promise<number> {
  const { openContainerStore } = await import("@stowage/store");
  let store: ContainerStore;
  try {
    const { dir, runDir, transient } = location;
    const { signal } = surroundings;
    // The programs that the tree is shared with know kernel locks only.
    store = await openContainerStore({ dir, runDir, transient, lock: "kernel", signal });
  } catch (error) {
    surroundings.signal.throwIfAborted();
    throw new InitializingError(storeErrorText(error));
  }
  try {
    const call = new Call(
      { command: called, args, values, storeValues, location, store, hasRealProgram },
      surroundings,
    );
    return await command!.action(call);
  } finally {
    await store.close();
  }
}

function debugLines({ storeValues }: Invocation): string {
  const { graphRoot, runRoot, driver, driverOptions } = storeValues;
  return [
    `Root: ${graphRoot}`,
    `Run Root: ${runRoot}`,
    `Driver Name: ${driver}`,
    `Driver Options: [${driverOptions.join(" ")}]`,
  ]
    .map((line) => logLine("debug", line))
    .join("");
}

/** What the program was most likely called as: Node tells only the file, so its name alone where PATH finds it. */
function calledAsIn(env: Surroundings["env"], file: string): string {
  if (path.basename(file) !== PROGRAM) return PROGRAM;
  const inPath = (env["PATH"] ?? "").split(path.delimiter).includes(path.dirname(file));
  return inPath ? PROGRAM : file;
}

function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // Removed since it was started: then nothing in PATH is it.
    return file;
  }
}
