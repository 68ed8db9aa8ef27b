import type { Readable } from "node:stream";

import type { ContainerStore } from "@stowage/store";

import type { Surroundings } from "../context.ts";
import { encodeJsonAsGo } from "../render/json.ts";
import type { Encodable } from "../render/json.ts";
import type { CommandValues } from "./flags.ts";
import type { CompatLocation } from "./locate.ts";
import { writeText, writeWhole } from "./output.ts";
import { readTree } from "./surrounding-tree.ts";
import type { SurroundingTree } from "./surrounding-tree.ts";
import type { StoreValues } from "./store-flags.ts";

/** One run of one command of this face, with the store open. */
export class Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly values: CommandValues;
  readonly storeValues: StoreValues;
  readonly location: CompatLocation;
  readonly store: ContainerStore;
  /** Whether what we leave to the real program will be done. */
  readonly hasRealProgram: boolean;
  readonly #surroundings: Surroundings;
  #tree: Promise<SurroundingTree> | undefined;

  constructor(
    from: Pick<Call, "command" | "args" | "values" | "storeValues" | "location" | "store" | "hasRealProgram">,
    surroundings: Surroundings,
  ) {
    this.command = from.command;
    this.args = from.args;
    this.values = from.values;
    this.storeValues = from.storeValues;
    this.location = from.location;
    this.store = from.store;
    this.hasRealProgram = from.hasRealProgram;
    this.#surroundings = surroundings;
  }

  /** The argument that the command cannot be without. */
  get ref(): string {
    return this.args[0]!;
  }

  get signal(): AbortSignal {
    return this.#surroundings.signal;
  }

  get cwd(): string {
    return this.#surroundings.cwd;
  }

  stdin(): Readable {
    return this.#surroundings.stdin();
  }

  /** Layers and images, as they were when first asked for. @throws NeedsRealProgram, CommandFailure */
  tree(): Promise<SurroundingTree> {
    const { imageStore, driverOptions } = this.storeValues;
    const further = imageStore !== "" || driverOptions.some((option) => /imagestore/i.test(option));
    this.#tree ??= readTree(this.store, this.signal, further);
    return this.#tree;
  }

  /** For people; as with the real program, it is no failure when it cannot be written. */
  async out(text: string): Promise<void> {
    await writeText(this.#surroundings.stdout, text);
  }

  /** What is read on by others: it is written, or the command has failed. @throws CommandFailure */
  async outWhole(data: string | Uint8Array): Promise<void> {
    await writeWhole(this.#surroundings.stdout, data);
  }

  async err(text: string): Promise<void> {
    await this.#surroundings.stderr.write(text);
  }

  /** One line of JSON, spelled as Go spells it. */
  async outJson(value: Encodable): Promise<void> {
    await this.outWhole(`${encodeJsonAsGo(value)}\n`);
  }
}

/** Does the work of a command; resolves to the exit code. What it throws is told on standard error, exit code 1. */
export type Action = (call: Call) => Promise<number>;
