import type { Readable } from "node:stream";

import type { ContainerStore } from "@stowage/store";

import { Interruption } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import type { GlobalOptions } from "./global-options.ts";
import type { Output } from "./io.ts";
import { encodeJson } from "./render/json.ts";
import type { Encodable } from "./render/json.ts";
import { visible } from "./render/text.ts";
import { describeError, renderReport } from "./report-error.ts";
import { openStore } from "./open-store.ts";
import type { Access } from "./open-store.ts";
import type { StoreLocation } from "./store-location.ts";
import { withSuggestion } from "./suggest.ts";
import { remarkOnWaiting } from "./waiting.ts";

/** What the process hands to a command. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** A function, as Node makes the stream when it is first asked for, and few commands need it. */
  readonly stdin: () => Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted with an Interruption when the program is to end early. */
  readonly signal: AbortSignal;
}

/** One run of one command. */
export class CommandContext {
  readonly surroundings: Surroundings;
  readonly globals: GlobalOptions;
  readonly location: StoreLocation;

  constructor(surroundings: Surroundings, globals: GlobalOptions, location: StoreLocation) {
    this.surroundings = surroundings;
    this.globals = globals;
    this.location = location;
  }

  get json(): boolean {
    return this.globals.json === true;
  }

  get quiet(): boolean {
    return this.globals.quiet === true;
  }

  get signal(): AbortSignal {
    return this.surroundings.signal;
  }

  get stdout(): Output {
    return this.surroundings.stdout;
  }

  /**
   * Opens the store for as long as `use` runs. `access` says what may happen to
   * it: "read" makes nothing and falls back to a read-only opening, "examine" is the
   * same for a store that may be damaged, "change" needs a store that is there, "mend"
   * one that may be damaged, "make" makes one where there is none, "serve" does so and falls back as "read". An unknown container is reported together
   * with names that are nearly right.
   */
  async withStore<T>(access: Access, use: (store: ContainerStore) => Promise<T>): Promise<T> {
    using _waiting = remarkOnWaiting(this);
    const store = await openStore(this, access);
    try {
      return await use(store);
    } catch (error) {
      throw await withSuggestion(store, error, this.signal);
    } finally {
      await store.close();
    }
  }

  /** Prints the one or the other, as `--json` says; only that one is computed. Text is complete with its line ends. */
  async print(answer: { readonly json: () => Encodable; readonly text: () => string }): Promise<void> {
    await this.stdout.write(this.json ? `${encodeJson(answer.json())}\n` : answer.text());
  }

  /** A remark to people: not with `--quiet`, not with `--json`. */
  async remark(text: string): Promise<void> {
    if (!this.quiet && !this.json) await this.surroundings.stderr.write(`stowage: ${visible(text)}\n`);
  }

  /**
   * Tells of one failure among several, for a command that then goes on with the
   * next; resolves to the exit code for the end. What would meet the next one just
   * the same (damage, a lock that is not to be had, Ctrl-C) is thrown on instead.
   */
  async reportAndGoOn(error: unknown): Promise<ExitCode> {
    if (this.signal.aborted || error instanceof Interruption) throw error;
    const report = describeError(error);
    if (report.exitCode !== ExitCode.refused || report.code === "ERR_INTERNAL") throw error;
    const { stderr } = this.surroundings;
    await stderr.write(renderReport(report, { json: this.json, style: stderr.style }));
    return report.exitCode;
  }
}
