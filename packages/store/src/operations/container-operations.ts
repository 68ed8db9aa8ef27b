import type {
  BigDataReader,
  BigDataSource,
  CopyBigDataOptions,
  MeasureOptions,
  OpenBigDataOptions,
} from "../big-data.ts";
import type { ContainerOperations } from "../container-store.ts";
import { requireContainer } from "../catalog/rules.ts";
import type { Container, Int64 } from "../model/container.ts";
import type { JsonValue } from "../model/json-value.ts";
import { text } from "../model/text.ts";
import type { CreateOptions, ListOptions, NameOptions, UpdateOptions, WaitOptions } from "../options.ts";
import * as items from "./big-data.ts";
import { copyBigData } from "./copy-item.ts";
import * as change from "./change.ts";
import { closingSources } from "./closing-sources.ts";
import { create } from "./create.ts";
import { list } from "./query.ts";
import { bigDataDigest, bigDataSize } from "./measure-item.ts";
import { bigData, openBigData } from "./open-item.ts";
import * as removal from "./remove.ts";
import type { Turn } from "./turn.ts";

const NO_OPTIONS: WaitOptions = Object.freeze({});

/** The calls about containers that a store and a transaction have in common: each is one operation in a turn. */
export abstract class OperationsInTurns implements ContainerOperations {
  /** Carries out one operation, in a turn of its own or in one that is there. */
  protected abstract run<T>(options: WaitOptions, operation: (turn: Turn) => Promise<T>): Promise<T>;

  async create(options: CreateOptions = NO_OPTIONS): Promise<Container> {
    const sources = (options.bigData ?? []).map(({ data }) => data);
    return await closingSources(sources, () => this.run(options, (turn) => create(turn, options)));
  }

  async get(ref: string, options: WaitOptions = NO_OPTIONS): Promise<Container> {
    const wanted = text(ref, "ref");
    return await this.run(options, (turn) => turn.read((catalog) => requireContainer(catalog, wanted)));
  }

  async find(ref: string, options: WaitOptions = NO_OPTIONS): Promise<Container | undefined> {
    const wanted = text(ref, "ref");
    return await this.run(options, (turn) => turn.read((catalog) => catalog.find(wanted)));
  }

  async exists(ref: string, options: WaitOptions = NO_OPTIONS): Promise<boolean> {
    return (await this.find(ref, options)) !== undefined;
  }

  async lookup(ref: string, options: WaitOptions = NO_OPTIONS): Promise<string> {
    return (await this.get(ref, options)).id;
  }

  async list(options: ListOptions = NO_OPTIONS): Promise<readonly Container[]> {
    return await this.run(options, (turn) => list(turn, options));
  }

  async resolvePrefix(prefix: string, options: WaitOptions = NO_OPTIONS): Promise<string> {
    const wanted = text(prefix, "prefix");
    return await this.run(options, (turn) => turn.read((catalog) => catalog.resolvePrefix(wanted)));
  }

  async setNames(
    ref: string,
    names: readonly string[],
    options: NameOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await this.run(options, (turn) =>
      turn.write(change.changeNames(text(ref, "ref"), names, "set", options)),
    );
  }

  async addNames(
    ref: string,
    names: readonly string[],
    options: NameOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await this.run(options, (turn) =>
      turn.write(change.changeNames(text(ref, "ref"), names, "add", options)),
    );
  }

  async removeNames(
    ref: string,
    names: readonly string[],
    options: UpdateOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await this.run(options, (turn) =>
      turn.write(change.changeNames(text(ref, "ref"), names, "remove", options)),
    );
  }

  async metadata(ref: string, options: WaitOptions = NO_OPTIONS): Promise<string> {
    return (await this.get(ref, options)).metadata;
  }

  async setMetadata(ref: string, metadata: string, options: UpdateOptions = NO_OPTIONS): Promise<Container> {
    return await this.run(options, (turn) =>
      turn.write(change.setMetadata(text(ref, "ref"), metadata, options)),
    );
  }

  async setFlag(
    ref: string,
    flag: string,
    value: JsonValue,
    options: UpdateOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await this.run(options, (turn) =>
      turn.write(change.setFlag(text(ref, "ref"), flag, value, options)),
    );
  }

  async clearFlag(ref: string, flag: string, options: UpdateOptions = NO_OPTIONS): Promise<Container> {
    return await this.run(options, (turn) => turn.write(change.clearFlag(text(ref, "ref"), flag, options)));
  }

  async delete(ref: string, options: UpdateOptions = NO_OPTIONS): Promise<void> {
    await this.run(options, (turn) => turn.write(removal.deleteContainer(text(ref, "ref"), options)));
  }

  async wipe(options: WaitOptions = NO_OPTIONS): Promise<number> {
    return await this.run(options, (turn) => turn.write(removal.wipe()));
  }

  async bigDataNames(ref: string, options: WaitOptions = NO_OPTIONS): Promise<readonly string[]> {
    return (await this.get(ref, options)).bigDataNames;
  }

  async bigData(ref: string, key: string, options: WaitOptions = NO_OPTIONS): Promise<Uint8Array> {
    return await this.run(options, (turn) => bigData(turn, text(ref, "ref"), key));
  }

  async openBigData(
    ref: string,
    key: string,
    options: OpenBigDataOptions = NO_OPTIONS,
  ): Promise<BigDataReader> {
    return await this.run(options, (turn) => openBigData(turn, text(ref, "ref"), key, options));
  }

  async bigDataSize(ref: string, key: string, options: MeasureOptions = NO_OPTIONS): Promise<Int64> {
    return await this.run(options, (turn) => bigDataSize(turn, text(ref, "ref"), key, options));
  }

  async bigDataDigest(ref: string, key: string, options: MeasureOptions = NO_OPTIONS): Promise<string> {
    return await this.run(options, (turn) => bigDataDigest(turn, text(ref, "ref"), key, options));
  }

  async setBigData(
    ref: string,
    key: string,
    data: BigDataSource,
    options: UpdateOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await closingSources([data], () =>
      this.run(options, (turn) => items.setBigData(turn, text(ref, "ref"), key, data, options)),
    );
  }

  async copyBigData(
    from: string,
    key: string,
    to: string,
    options: CopyBigDataOptions = NO_OPTIONS,
  ): Promise<Container> {
    return await this.run(options, (turn) =>
      copyBigData(turn, text(from, "from"), key, text(to, "to"), options),
    );
  }

  async removeBigData(ref: string, key: string, options: UpdateOptions = NO_OPTIONS): Promise<Container> {
    return await this.run(options, (turn) => items.removeBigData(turn, text(ref, "ref"), key, options));
  }
}
