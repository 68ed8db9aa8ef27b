import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type ContainerStore, encodeContainerText, openContainerStore } from "@stowage/store";
import { temporaryFolder } from "@stowage/test-kit";
import { afterAll } from "vitest";
import { buildPage } from "../../build-page.mjs";
import { type RunningUi, serveUi } from "../../src/index.ts";

/** The page as its sources are now, bundled once for all tests of a file. */
let page: ReturnType<typeof bundled> | undefined;
afterAll(async () => (await page)?.scratch[Symbol.asyncDispose]());

async function bundled() {
  const scratch = await temporaryFolder();
  const { folder } = await buildPage(scratch.path);
  return { scratch, folder };
}

export async function builtPage(): Promise<string> {
  page ??= bundled();
  return (await page).folder;
}

/** A store with a server that looks at it, and a second opening of it that changes it, as another process would. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly dir: string;
  /** The other one. */
  readonly store: ContainerStore;
  readonly ui: RunningUi;
  /** Requests that failed because of a defect. */
  readonly defects: readonly unknown[];
}

/**
 * As a program that dies while it writes: the token says that something was written, and the file is no list any more.
 * Nobody holds the lock here, so whoever follows the store may look at any moment: the file is broken before the
 * token is another, and is written again after it, as its change is what wakes who follows.
 */
export async function damage(dir: string): Promise<void> {
  const broken = (): Promise<void> => writeFile(path.join(dir, "containers.json"), "[{");
  await broken();
  await writeFile(path.join(dir, "containers.lock"), "another token".padEnd(64, "."));
  await broken();
}

export interface PlaceOptions {
  readonly canWrite?: boolean;
  readonly port?: number;
  /** The store's folder inside of the place's. Default "store". */
  readonly at?: string;
  /** What is done to the store before it is looked at. */
  readonly prepare?: (store: ContainerStore, folder: string) => Promise<void>;
}

export async function place(options: PlaceOptions = {}): Promise<Place> {
  const scratch = await temporaryFolder();
  const dir = path.join(scratch.path, options.at ?? "store");
  const store = await openContainerStore({ dir });
  await options.prepare?.(store, scratch.path);
  const looked = await openContainerStore({ dir, readOnly: options.canWrite !== true, acceptDamage: true });
  const defects: unknown[] = [];
  const ui = await serveUi({
    store: looked,
    encode: encodeContainerText,
    lockStatus: () => looked.lockStatus(),
    page: await builtPage(),
    port: options.port,
    canWrite: options.canWrite,
    version: "0.0.0",
    onDefect: (error) => defects.push(error),
  });
  return {
    folder: scratch.path,
    dir,
    store,
    ui,
    defects,
    [Symbol.asyncDispose]: async () => {
      await ui.close();
      await looked.close();
      await store.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
}
