import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { goldenFixtures, toBytes } from "@stowage/fixtures";
import { openContainerStore } from "@stowage/store";
import { repositoryRoot } from "@stowage/test-kit";
import { inMemoryFolder } from "../in-memory-folder.ts";
import { imageOf, type StoreImage, type Thing } from "./store-image.ts";

/** A real store and how it is opened. */
export interface RealStore {
  readonly image: StoreImage;
  readonly transient: boolean;
}

/** What is real: the beginnings from which the fuzzer makes its inputs. */
export interface Corpus {
  /** Files of records that the real library read or wrote. */
  readonly files: readonly Buffer[];
  readonly stores: readonly RealStore[];
}

const ANSWERS = path.join(repositoryRoot, "packages/store/test/codec/answers");
/** Beyond this a file is not spoiled but drawn: see large-json.ts. */
const LARGEST = 16_384;

export async function realCorpus(): Promise<Corpus> {
  const stores = [...goldenStores(), ...(await madeStores())];
  const inStores = stores
    .flatMap(({ image }) => [...image])
    .filter(([place]) => place.endsWith("containers.json"))
    .flatMap(([, thing]) => (thing.kind === "file" ? [thing.bytes] : []));
  const files = [...inStores, ...answeredFiles()].filter(({ length }) => length > 2 && length <= LARGEST);
  return { files, stores };
}

function answeredFiles(): Buffer[] {
  return readdirSync(ANSWERS)
    .filter((name) => name.endsWith(".jsonl") && name !== "large.jsonl")
    .sort()
    .flatMap((name) => readFileSync(path.join(ANSWERS, name), "utf8").trimEnd().split("\n"))
    .map((line) => (JSON.parse(line) as { in: unknown }).in)
    .flatMap((text) => (typeof text === "string" ? [Buffer.from(text, "latin1")] : []));
}

/** What the real library found, and what it left. */
function goldenStores(): RealStore[] {
  return goldenFixtures().flatMap(({ before, after, folders, transient }) =>
    [before, after]
      .filter((files) => Object.keys(files).length > 0)
      .map((files) => {
        const image = new Map<string, Thing>([["store", { kind: "folder" }]]);
        for (const folder of folders) image.set(folder, { kind: "folder" });
        for (const [file, content] of Object.entries(files)) {
          const place = /^(store|run)\//.test(file) ? file : `store/${file}`;
          image.set(place, { kind: "file", bytes: toBytes(content) });
        }
        return { image, transient };
      }),
  );
}

/** Stores with big data, names, volatile containers and leftovers, by both protocols and in both modes. */
async function madeStores(): Promise<RealStore[]> {
  const made: RealStore[] = [];
  for (const [lock, transient] of [
    ["kernel", false],
    ["portable", false],
    ["kernel", true],
  ] as const) {
    await using scratch = await inMemoryFolder();
    const dir = path.join(scratch.path, "store");
    const runDir = path.join(scratch.path, "run");
    {
      await using store = await openContainerStore({ dir, runDir, transient, lock });
      for (const [index, id] of ["a0", "b1", "c2", "d3"].entries()) {
        await store.create({
          id: id.repeat(32),
          names: [`n${index}`, `m${index}`],
          layer: `l${index}`,
          metadata: "m\n<é>",
          volatile: index === 2,
          mountOpts: ["ro"],
          uidMap: [{ containerId: 0, hostId: 1, size: 2 }],
          bigData: [
            { key: "k", data: "content" },
            { key: "config", data: "{}".repeat(1000) },
            { key: "????>>>", data: "in a folder of its own" },
          ],
        });
      }
    }
    const image = imageOf(dir, "store");
    if (transient) for (const [place, thing] of imageOf(runDir, "run")) image.set(place, thing);
    made.push({ image, transient });
    if (!transient) made.push({ image: new Map([...image, ...leftovers]), transient });
  }
  // As often as all the small ones of the fixtures together.
  return Array.from({ length: 20 }, () => made).flat();
}

const leftovers: readonly (readonly [string, Thing])[] = [
  ["store/.tmp-containers.json123", { kind: "file", bytes: Buffer.from("[") }],
  ["store/.stowage-removed-1", { kind: "folder" }],
  ["store/.stowage-removed-1/k", { kind: "file", bytes: Buffer.from("old") }],
  [`store/${"e4".repeat(32)}`, { kind: "folder" }],
  [`store/${"e4".repeat(32)}/k`, { kind: "file", bytes: Buffer.from("orphaned") }],
];
