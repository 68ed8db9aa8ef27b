import { realpathSync } from "node:fs";
import path from "node:path";

import { openContainerStore } from "@stowage/store";
import type { ContainerStore } from "@stowage/store";

import type { Surroundings } from "../context.ts";
import { isStowageError } from "../report-error.ts";
import { Call } from "./call.ts";
import { readCommandLine } from "./command-line.ts";
import type { Invocation } from "./command-line.ts";
import { logLine } from "./debug-log.ts";
import { defaultStores } from "./default-stores.ts";
import type { DefaultStores } from "./default-stores.ts";
import { CommandFailure, InitializingError, NeedsRealProgram } from "./errors.ts";
import { quoted } from "./go-text.ts";
import { locate } from "./locate.ts";
import { writeText } from "./output.ts";
import { Printer } from "./printer.ts";
import { findRealProgram, passOn, PROGRAM } from "./real-program.ts";
import { storeErrorText } from "./store-errors.ts";
import type { StoreValues } from "./store-flags.ts";

/**
 * The program as containers/storage's own: `argv` is what stands behind its name, and
 * `file` what was started, as it was called. Resolves to the exit code, when the failure
 * was told; rejects with an Interruption, and with what must not happen.
 */
export async function runCompatible(
  argv: readonly string[],
  surroundings: Surroundings,
  file: string,
): Promise<number> {
  const { env, home, stdout, stderr } = surroundings;
  const printer = new Printer(env["HOME"] ?? home);
  const uid = process.geteuid?.() ?? 0;
  const defaults = (): Promise<DefaultStores> => defaultStores({ env, home });
  const calledAs = calledAsIn(env, file);
  const invocation = await readCommandLine(argv, { printer, calledAs, defaults, rootless: uid !== 0 });
  await writeText(stdout, printer.stdout);
  await stderr.write(printer.stderr);
  if (typeof invocation === "number") return invocation;

  const realProgram = findRealProgram(env, realFile(file));
  try {
    try {
      return await runHere(invocation, defaults, realProgram !== undefined, surroundings);
    } catch (error) {
      if (!(error instanceof NeedsRealProgram) || realProgram === undefined) throw error;
    }
    return await passOn(realProgram, argv, env);
  } catch (error) {
    surroundings.signal.throwIfAborted();
    return await tell(error, invocation, surroundings);
  }
}

/** Carries the command out as far as it is ours. @throws NeedsRealProgram before anything was done or printed */
async function runHere(
  { command, called, args, values, storeValues }: Invocation,
  defaults: () => Promise<DefaultStores>,
  hasRealProgram: boolean,
  surroundings: Surroundings,
): Promise<number> {
  if (command === undefined) throw new NeedsRealProgram("layers, images or mounts");
  const { cwd, signal, stderr } = surroundings;
  if (storeValues.debug) {
    if (hasRealProgram) throw new NeedsRealProgram("its own log");
    await stderr.write(debugLines(storeValues));
  }
  const location = await locate(storeValues, defaults, { cwd, hasRealProgram });
  let store: ContainerStore;
  try {
    const { dir, runDir, transient } = location;
    // The programs that the tree is shared with know kernel locks only.
    store = await openContainerStore({ dir, runDir, transient, lock: "kernel", signal });
  } catch (error) {
    signal.throwIfAborted();
    throw isStowageError(error) ? new InitializingError(storeErrorText(error)) : error;
  }
  try {
    const about = { command: called, args, values, storeValues, location, store, hasRealProgram };
    return await command.action(new Call(about, surroundings));
  } finally {
    await store.close();
  }
}

/** Says why it failed where the real program says it; resolves to the exit code. Throws on what must not happen. */
async function tell(
  error: unknown,
  { called }: Invocation,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  if (error instanceof InitializingError) {
    if (error.logged !== undefined) await stderr.write(logLine("error", error.logged));
    await writeText(stdout, `error initializing: ${error.message}\n`);
  } else if (error instanceof NeedsRealProgram) {
    await stderr.write(
      `${called}: this concerns ${error.message}, and needs the program ${PROGRAM} of containers/storage, ` +
        "which was not found in PATH\n",
    );
  } else if (error instanceof CommandFailure || isStowageError(error)) {
    await stderr.write(`${storeErrorText(error)}\n`);
  } else {
    throw error;
  }
  return 1;
}

function debugLines({ graphRoot, runRoot, driver, driverOptions }: StoreValues): string {
  return [
    `Root: ${graphRoot}`,
    `Run Root: ${runRoot}`,
    `Driver Name: ${driver}`,
    `Driver Options: [${driverOptions.join(" ")}]`,
    ...(driver === "" ? [] : [`[graphdriver] trying provided driver ${quoted(driver)}`]),
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
