import type { SeededRandom } from "@stowage/test-kit";
import type { Container } from "../../src/index.ts";
import type { Pools } from "./random-pools.ts";

/** A request, and what the library gets wrong about it. */
export interface Step {
  readonly line: string;
  readonly op: string;
  /** Requests that must follow at once: they save what the library forgot to save. */
  readonly settle: readonly string[];
  /** A layer that the library has forgotten afterwards, although a container has it. */
  readonly forgets: string | undefined;
}

/** Makes one request after the other. */
export class Requests {
  readonly #random: SeededRandom;
  readonly #pools: Pools;

  constructor(random: SeededRandom, pools: Pools) {
    this.#random = random;
    this.#pools = pools;
  }

  /** The first of each sequence: afterwards both files are there, as the library makes them even for a creation that fails. */
  beginning(): Step[] {
    return [false, true].map((volatile) => this.#step("create", { id: `begin-${volatile}`, volatile }));
  }

  /**
   * @param containers as they are now
   * @param forgotten layers that the library does not find at the moment; no reference leads there
   */
  next(containers: readonly Container[], forgotten: ReadonlySet<string>): Step {
    const op = this.#random.pick(OPERATIONS);
    const id = this.#ref(forgotten);
    switch (op) {
      case "create":
        return this.#create(containers);
      case "setNames":
      case "addNames":
        return this.#names(op, id, containers);
      case "removeNames":
        return this.#step(op, { id, names: this.#some(this.#pools.names, 3) });
      case "delete":
        return this.#delete(id, containers);
      case "setMetadata":
        return this.#step(op, { id, metadata: this.#text() });
      case "setFlag":
        return this.#step(op, { id, flag: this.#text(), value: this.#value(3) });
      case "clearFlag":
        return this.#step(op, { id, flag: this.#text() });
      case "setBigData":
        return this.#step(op, { id, ...this.#item() });
      case "bigData":
      case "bigDataSize":
      case "bigDataDigest":
        return this.#step(op, { id, key: this.#random.pick(this.#pools.keys) });
      case "truncGet":
        return this.#step(op, { prefix: this.#prefix() });
      case "wipe":
        // Rarely, as not much is left afterwards.
        return this.#random.chance(0.1) ? this.#step(op, {}) : this.#step("list", {});
      case "list":
      case "gc":
        return this.#step(op, {});
      default:
        return this.#step(op, { id });
    }
  }

  #create(containers: readonly Container[]): Step {
    const random = this.#random;
    const layer = random.pick(this.#pools.layers);
    const bigData = this.#some([1, 2], 2).map(() => this.#item());
    const fails = bigData.some(({ key }) => key === "");
    const step = this.#step("create", {
      id: random.pick(this.#pools.ids),
      names: this.#some(this.#pools.names, 3),
      layer,
      ...(random.chance() ? { image: this.#text() } : {}),
      ...(random.chance() ? { metadata: this.#text() } : {}),
      ...(random.chance() ? { volatile: random.chance() } : {}),
      ...(random.chance(0.2) ? { flags: { [this.#text()]: this.#value(2), k: 1 } } : {}),
      ...(random.chance(0.2) ? { mountOpts: this.#some(this.#pools.texts, 2) } : {}),
      ...(random.chance(0.2) ? { uidmap: this.#mappings(), gidmap: this.#mappings() } : {}),
      bigData,
    });
    if (!fails) return step;
    // A creation that fails half-way is a creation and a deletion for the library: it leaves a token, upon which
    // others load. What is saved after it makes others load on our side, too.
    const { id: saved, metadata = "" } = containers[0] ?? {};
    return {
      ...step,
      settle: saved === undefined ? [] : [JSON.stringify({ op: "setMetadata", id: saved, metadata })],
      forgets: sharedLayer(containers, layer, 1),
    };
  }

  #names(op: string, id: string, containers: readonly Container[]): Step {
    const names = this.#some(this.#pools.names, 3);
    const given = new Set(names.map((name) => name.toWellFormed()));
    const targets = candidates(containers, id);
    const losers = containers.filter(
      (other) =>
        other.names.some((name) => given.has(name)) &&
        targets.some(({ volatile }) => volatile !== other.volatile),
    );
    return {
      ...this.#step(op, { id, names }),
      settle: losers.map((loser) =>
        JSON.stringify({ op: "setMetadata", id: loser.id, metadata: loser.metadata }),
      ),
    };
  }

  #delete(id: string, containers: readonly Container[]): Step {
    const layer = candidates(containers, id)[0]?.layer;
    const step = this.#step("delete", { id });
    return layer === undefined ? step : { ...step, forgets: sharedLayer(containers, layer, 2) };
  }

  #step(op: string, fields: object): Step {
    return { line: JSON.stringify({ op, ...fields }), op, settle: [], forgets: undefined };
  }

  #ref(forgotten: ReadonlySet<string>): string {
    for (;;) {
      const ref = this.#anyRef();
      if (!forgotten.has(ref.toWellFormed())) return ref;
    }
  }

  #anyRef(): string {
    const random = this.#random;
    switch (random.integer(8)) {
      case 0:
      case 1:
      case 2:
        return random.pick(this.#pools.ids);
      case 3:
      case 4:
        return random.pick(this.#pools.names);
      case 5:
        return random.pick(this.#pools.layers);
      case 6:
        return this.#prefix();
      default:
        return random.chance(0.3) ? "unknown" : `begin-${random.chance()}`;
    }
  }

  #prefix(): string {
    const id = this.#random.pick(this.#pools.ids);
    return id.slice(0, this.#random.pick([0, 1, 2, 5, 12, 20, 21, id.length]));
  }

  #item(): { key: string; base64: string } {
    const data = this.#random.pick(["", "x", "xy", "some data", "x".repeat(3000)]);
    return { key: this.#random.pick(this.#pools.keys), base64: Buffer.from(data).toString("base64") };
  }

  #text(): string {
    return this.#random.pick(this.#pools.texts);
  }

  #some<T>(from: readonly T[], most: number): T[] {
    return Array.from({ length: this.#random.integer(most + 1) }, () => this.#random.pick(from));
  }

  #mappings(): object[] {
    return this.#some([0, 5, 10, 20, 1000], 3).map((start) => ({
      container_id: start,
      host_id: this.#random.pick([0, 100, 105, 2000, 4294900000]),
      size: this.#random.pick([0, 1, 5, 10, 65536]),
    }));
  }

  #value(depth: number): unknown {
    const random = this.#random;
    switch (random.integer(depth === 0 ? 4 : 6)) {
      case 0:
        return this.#text();
      case 1:
        return random.pick([
          0,
          -0,
          1,
          -1.5,
          1e21,
          1e-7,
          123456789012345680000,
          2 ** 53 + 2,
          0.1,
          5e-324,
          1.7976931348623157e308,
        ]);
      case 2:
        return random.chance();
      case 3:
        return null;
      case 4:
        return Array.from({ length: random.integer(3) }, () => this.#value(depth - 1));
      default:
        return Object.fromEntries(
          Array.from({ length: random.integer(3) }, () => [this.#text(), this.#value(depth - 1)]),
        );
    }
  }
}

const OPERATIONS = [
  "create",
  "create",
  "create",
  "create",
  "delete",
  "delete",
  "setNames",
  "addNames",
  "addNames",
  "removeNames",
  "setMetadata",
  "setFlag",
  "clearFlag",
  "setBigData",
  "setBigData",
  "bigData",
  "bigDataSize",
  "bigDataDigest",
  "bigDataNames",
  "get",
  "lookup",
  "lookup",
  "exists",
  "metadata",
  "list",
  "truncGet",
  "gc",
  "wipe",
];

/**
 * Whom the reference may lead to. Of several with one layer the last is meant, but the order differs between
 * who has made them and who has loaded them.
 */
function candidates(containers: readonly Container[], given: string): readonly Container[] {
  const ref = given.toWellFormed();
  const ways = [
    containers.filter(({ id }) => id === ref),
    containers.filter(({ names }) => names.includes(ref)),
    containers.filter(({ layer }) => layer === ref),
    containers.filter(({ id }) => ref !== "" && id.startsWith(ref)),
  ];
  return ways.find((found) => found.length > 0) ?? [];
}

function sharedLayer(containers: readonly Container[], layer: string, least: number): string | undefined {
  const wanted = layer.toWellFormed();
  return containers.filter((container) => container.layer === wanted).length >= least ? wanted : undefined;
}
