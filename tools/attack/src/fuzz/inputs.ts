import type { SeededRandom } from "@stowage/test-kit";
import type { Corpus } from "./corpus.ts";
import { hostileFile, replaceToken } from "./hostile-json.ts";
import { largeFile } from "./large-json.ts";
import { spoilBytes } from "./spoil-bytes.ts";
import { spoilPlaces } from "./spoil-places.ts";
import type { StoreImage, Thing } from "./store-image.ts";

/** A file for the pure floors, and one that it replaces while a store remembers it. */
export interface FileInput {
  readonly kind: string;
  readonly bytes: Buffer;
  readonly before: Buffer;
  readonly volatile: boolean;
}

/** What is done with a store, each with a store of its own that is opened and closed. */
export const STEPS = ["read", "check", "change", "repair", "collect", "remove"] as const;
export type Step = (typeof STEPS)[number];

export interface HowToOpen {
  readonly transient: boolean;
  readonly lock: "auto" | "kernel" | "portable";
  readonly readOnly: boolean;
}

/** A whole store. */
export interface StoreInput {
  readonly kind: string;
  readonly image: StoreImage;
  readonly how: HowToOpen;
  readonly steps: readonly Step[];
}

/** The largest file: for the pure floors, and in whole stores, where it is read many times. */
const LARGEST_FILE = 1_000_000;
const LARGEST_IN_STORE = 100_000;

interface DrawnFile {
  readonly kind: string;
  readonly bytes: Buffer;
}

function drawFile(corpus: Corpus, random: SeededRandom, large: number, largest: number): DrawnFile {
  const real = (): Buffer => random.pick(corpus.files);
  if (random.chance(large)) {
    const { kind, text } = largeFile(random, largest);
    return { kind: `large, ${kind}`, bytes: Buffer.from(text, "latin1") };
  }
  const kind = random.pick(["bytes", "bytes", "tokens", "fields", "fields and bytes"] as const);
  switch (kind) {
    case "bytes":
      return { kind, bytes: spoilBytes(real(), random, real) };
    case "tokens": {
      let text = real().toString("latin1");
      for (let times = 1 + random.integer(3); times > 0; times -= 1) text = replaceToken(text, random);
      return { kind, bytes: Buffer.from(text, "latin1") };
    }
    case "fields":
      return { kind, bytes: Buffer.from(hostileFile(random), "latin1") };
    case "fields and bytes":
      return { kind, bytes: spoilBytes(Buffer.from(hostileFile(random), "latin1"), random, real) };
  }
}

export function drawFileInput(corpus: Corpus, random: SeededRandom): FileInput {
  const { kind, bytes } = drawFile(corpus, random, 0.003, LARGEST_FILE);
  // Reading again is interesting when most is as it was.
  const isNear = random.chance() && bytes.length < 100_000;
  const before = isNear
    ? spoilBytes(bytes, random, () => random.pick(corpus.files))
    : random.pick(corpus.files);
  return { kind, bytes, before, volatile: random.chance(0.2) };
}

export function drawStoreInput(corpus: Corpus, random: SeededRandom): StoreInput {
  const real = random.pick(corpus.stores);
  const image = new Map(real.image);
  const kinds: string[] = [];
  if (random.chance(0.55)) kinds.push(spoilRecords(image, corpus, random));
  if (random.chance(0.2)) kinds.push(spoilOtherFile(image, random));
  if (random.chance(0.4) || kinds.length === 0) {
    spoilPlaces(image, random);
    kinds.push("places");
  }
  const how: HowToOpen = {
    transient: random.chance(0.9) ? real.transient : !real.transient,
    lock: random.chance(0.85) ? "auto" : random.pick(["kernel", "portable"]),
    readOnly: random.chance(0.07),
  };
  const steps = ["read", ...random.shuffled(STEPS).slice(0, 2 + random.integer(4))] as Step[];
  return { kind: kinds.join(", "), image, how, steps };
}

function spoilRecords(image: Map<string, Thing>, corpus: Corpus, random: SeededRandom): string {
  const names = [...image.keys()].filter((place) => place.endsWith("containers.json"));
  const place =
    random.chance(0.9) && names.length > 0 ? random.pick(names) : "store/volatile-containers.json";
  const old = image.get(place);
  // The store's own file is worth more than any: its ids have folders.
  const own = old?.kind === "file" && old.bytes.length > 2 ? { ...corpus, files: [old.bytes] } : corpus;
  const { kind, bytes } = drawFile(random.chance(0.6) ? own : corpus, random, 0.01, LARGEST_IN_STORE);
  image.set(place, { kind: "file", bytes });
  return kind;
}

/** Spoils the lock file, the sign of a portable store, or an item. */
function spoilOtherFile(image: Map<string, Thing>, random: SeededRandom): string {
  const others = [...image].flatMap(([place, thing]) =>
    thing.kind === "file" && !place.endsWith("containers.json") ? [{ place, thing }] : [],
  );
  if (others.length === 0) {
    const length = random.pick([0, 1, 63, 64, 65, 5000]);
    image.set("store/containers.lock", {
      kind: "file",
      bytes: Buffer.from(random.bytes(length)),
      mode: 0o644,
    });
    return "token";
  }
  const { place, thing } = random.pick(others);
  image.set(place, {
    ...thing,
    bytes: spoilBytes(thing.bytes, random, () => random.pick(others).thing.bytes),
  });
  if (place.endsWith("containers.lock")) return "token";
  return place.endsWith("protocol.json") ? "protocol" : "item";
}
