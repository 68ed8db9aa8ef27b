import type { ContainerStore } from "./container-store.ts";
import { check } from "./health/check.ts";
import { repair } from "./health/repair.ts";
import { requireContainer } from "./catalog/rules.ts";
import type { Container, Int64 } from "./model/container.ts";
import type { JsonValue } from "./model/json-value.ts";
import * as items from "./operations/big-data.ts";
import * as change from "./operations/change.ts";
import { collectGarbage } from "./operations/collect.ts";
import { create } from "./operations/create.ts";
import type { ItemData } from "./operations/items.ts";
import * as removal from "./operations/remove.ts";
import { text } from "./operations/text.ts";
import type {
  CheckOptions,
  CreateOptions,
  Finding,
  GcOptions,
  GcResult,
  NameOptions,
  RepairOptions,
  RepairResult,
  WaitOptions,
} from "./options.ts";
import type { Door } from "./persistence/door.ts";

const NO_OPTIONS: WaitOptions = Object.freeze({});

/** The facade: each method is one turn through the door, and one operation. */
export class OpenedContainerStore implements ContainerStore {
  readonly #door: Door;

  constructor(door: Door) {
    this.#door = door;
  }

  get dir(): string {
    return this.#door.paths.dir;
  }

  get runDir(): string | undefined {
    return this.#door.paths.runDir;
  }

  get transient(): boolean {
    return this.#door.paths.transient;
  }

  get readOnly(): boolean {
    return this.#door.lock.readOnly;
  }

  get lockProtocol(): "kernel" | "portable" {
    return this.#door.lock.protocol;
  }

  async create(options: CreateOptions = NO_OPTIONS): Promise<Container> {
    return await create(this.#door, options);
  }

  async get(ref: string, options: WaitOptions = NO_OPTIONS): Promise<Container> {
    const wanted = text(ref, "ref");
    return await this.#door.read(options, (catalog) => requireContainer(catalog, wanted));
  }

  async find(ref: string, options: WaitOptions = NO_OPTIONS): Promise<Container | undefined> {
    const wanted = text(ref, "ref");
    return await this.#door.read(options, (catalog) => catalog.find(wanted));
  }

  async exists(ref: string, options: WaitOptions = NO_OPTIONS): Promise<boolean> {
    return (await this.find(ref, options)) !== undefined;
  }

  async lookup(ref: string, options: WaitOptions = NO_OPTIONS): Promise<string> {
    return (await this.get(ref, options)).id;
  }

  async list(options: WaitOptions = NO_OPTIONS): Promise<readonly Container[]> {
    return await this.#door.read(options, (catalog) => catalog.list());
  }

  async resolvePrefix(prefix: string, options: WaitOptions = NO_OPTIONS): Promise<string> {
    const wanted = text(prefix, "prefix");
    return await this.#door.read(options, (catalog) => catalog.resolvePrefix(wanted));
  }

  async setNames(
    ref: string,
    names: readonly string[],
    options: NameOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await change.changeNames(this.#door, text(ref, "ref"), names, "set", options);
  }

  async addNames(
    ref: string,
    names: readonly string[],
    options: NameOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await change.changeNames(this.#door, text(ref, "ref"), names, "add", options);
  }

  async removeNames(
    ref: string,
    names: readonly string[],
    options: WaitOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await change.changeNames(this.#door, text(ref, "ref"), names, "remove", options);
  }

  async metadata(ref: string, options: WaitOptions = NO_OPTIONS): Promise<string> {
    return (await this.get(ref, options)).metadata;
  }

  async setMetadata(ref: string, metadata: string, options: WaitOptions = NO_OPTIONS): Promise<Container> {
    return await change.setMetadata(this.#door, text(ref, "ref"), metadata, options);
  }

  async setFlag(
    ref: string,
    flag: string,
    value: JsonValue,
    options: WaitOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await change.setFlag(this.#door, text(ref, "ref"), flag, value, options);
  }

  async clearFlag(ref: string, flag: string, options: WaitOptions = NO_OPTIONS): Promise<Container> {
    return await change.clearFlag(this.#door, text(ref, "ref"), flag, options);
  }

  async delete(ref: string, options: WaitOptions = NO_OPTIONS): Promise<void> {
    await removal.deleteContainer(this.#door, text(ref, "ref"), options);
  }

  async wipe(options: WaitOptions = NO_OPTIONS): Promise<number> {
    return await removal.wipe(this.#door, options);
  }

  async bigDataNames(ref: string, options: WaitOptions = NO_OPTIONS): Promise<readonly string[]> {
    return (await this.get(ref, options)).bigDataNames;
  }

  async bigData(ref: string, key: string, options: WaitOptions = NO_OPTIONS): Promise<Uint8Array> {
    return await items.bigData(this.#door, text(ref, "ref"), key, options);
  }

  async bigDataSize(ref: string, key: string, options: WaitOptions = NO_OPTIONS): Promise<Int64> {
    return await items.bigDataSize(this.#door, text(ref, "ref"), key, options);
  }

  async bigDataDigest(ref: string, key: string, options: WaitOptions = NO_OPTIONS): Promise<string> {
    return await items.bigDataDigest(this.#door, text(ref, "ref"), key, options);
  }

  async setBigData(
    ref: string,
    key: string,
    data: ItemData,
    options: WaitOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await items.setBigData(this.#door, text(ref, "ref"), key, data, options);
  }

  async gc(options: GcOptions = NO_OPTIONS): Promise<GcResult> {
    return await collectGarbage(this.#door, options);
  }

  async check(options: CheckOptions = NO_OPTIONS): Promise<readonly Finding[]> {
    return (await check(this.#door, options)).findings;
  }

  async repair(options: RepairOptions = NO_OPTIONS): Promise<RepairResult> {
    return await repair(this.#door, options);
  }

  async close(): Promise<void> {
    await this.#door.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
