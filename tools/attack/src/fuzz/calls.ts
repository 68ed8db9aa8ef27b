import { lstatSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ContainerStore, openContainerStore, StowageError } from "@stowage/store";
import type { Notes } from "@stowage/test-kit";
import type { HowToOpen } from "./inputs.ts";

/** Where a store lies, and how it is opened. */
export interface Place {
  readonly dir: string;
  readonly runDir: string;
  readonly how: HowToOpen;
}

export type Outcome<T> = { readonly done: T } | { readonly refused: StowageError };

/** Calls a store as a program does, and takes note of every outcome: all but an error of the family is a violation. */
export class Calls {
  readonly place: Place;
  readonly notes: Notes;

  constructor(place: Place, notes: Notes) {
    this.place = place;
    this.notes = notes;
  }

  /** Rejects with what is no error of the family, which breaks a promise. */
  async call<T>(name: string, work: () => Promise<T>): Promise<Outcome<T>> {
    try {
      const done = await this.notes.measured(name, work);
      this.notes.count(`${name}: done`);
      return { done };
    } catch (error) {
      if (!(error instanceof StowageError))
        throw new Error(`${name} failed outside of the family`, { cause: error });
      if (!/^ERR_[A-Z_]+$/.test(error.code) || error.message === "")
        throw new Error(`${name} failed without saying why`, { cause: error });
      this.notes.count(`${name}: ${error.code}`);
      return { refused: error };
    }
  }

  /** Opens the store for `work`; resolves to why not. */
  async withStore(
    work: (store: ContainerStore) => Promise<void>,
    acceptDamage = false,
  ): Promise<StowageError | undefined> {
    const { dir, runDir, how } = this.place;
    const opened = await this.call(acceptDamage ? "open for repair" : "open", () =>
      openContainerStore({ dir, runDir, ...how, acceptDamage, lockTimeout: 150 }),
    );
    if ("refused" in opened) return opened.refused;
    try {
      await work(opened.done);
    } finally {
      await this.call("close", () => opened.done.close());
    }
    return undefined;
  }

  get stableFile(): string {
    return path.join(this.place.dir, "containers.json");
  }

  get volatileFile(): string {
    const { dir, runDir, how } = this.place;
    return path.join(how.transient ? runDir : dir, "volatile-containers.json");
  }
}

/** The bytes of a regular file, or undefined; nothing is followed. */
export function bytesOf(file: string): Buffer | undefined {
  try {
    return lstatSync(file).isFile() ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}
