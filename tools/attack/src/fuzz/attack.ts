import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { bundledChild, randomFrom, repositoryRoot, type SeededRandom, type Verdict } from "@stowage/test-kit";
import { inMemoryFolder } from "../in-memory-folder.ts";
import { noStrace } from "../strace.ts";
import { realCorpus } from "./corpus.ts";
import { type FuzzFigures, isSlow, type Judged, Tally } from "./figures.ts";
import { drawFileInput, drawStoreInput, type FileInput, type StoreInput } from "./inputs.ts";
import { keep, keptInputs } from "./kept.ts";
import { Surroundings } from "./surroundings.ts";
import { judgeTrace } from "./trace-judge.ts";
import { WatchedChild } from "./watched-child.ts";

export interface FuzzOptions {
  readonly random: SeededRandom;
  /** Files for the pure floors: decoding, salvage, catalog, reading again, saving. */
  readonly files: number;
  /** Whole stores, of which `traced` more run under strace. */
  readonly stores: number;
  readonly traced: number;
}

const FLOORS_CHILD = path.join(repositoryRoot, "packages/store/test/support/floors-child.ts");
const STORE_CHILD = path.join(repositoryRoot, "tools/attack/src/fuzz/store-child.ts");
/** Inputs on their way to a child, so that it never waits for the next one. */
const AHEAD = 16;
/** Bytes of a store that is worth tracing: of a larger one there are only more of the same calls. */
const MOST_TRACED = 40_000;

/** Lets real and drawn files and stores be spoiled, opened and worked with, and watches what comes of it. */
export async function attackWithHostileFiles(options: FuzzOptions): Promise<FuzzFigures> {
  const { random } = options;
  const corpus = await realCorpus();
  const kept = keptInputs();
  const tally = new Tally();
  const from = random.seed;
  const drawn = <Input>(
    count: number,
    lane: number,
    draw: (random: SeededRandom) => Input,
  ): Iterable<Drawn<Input>> =>
    drawAll(count, (index) => {
      const seed = seedOf(from, lane, index);
      return { seed, input: draw(randomFrom(seed)) };
    });
  const old = <Input>(inputs: readonly Input[]): Drawn<Input>[] =>
    inputs.map((input, seed) => ({ seed, input }));
  const file = (each: SeededRandom): FileInput => drawFileInput(corpus, each);
  const store = (each: SeededRandom): StoreInput => drawStoreInput(corpus, each);
  const noTrace = { inputs: 0, calls: 0 };
  const [, , traced] = await Promise.all([
    judgeFiles([...old(kept.files)], drawn(options.files, 0, file), tally),
    judgeStores([...old(kept.stores)], drawn(options.stores, 1, store), tally, false),
    noStrace === undefined && options.traced > 0
      ? judgeStores([...old(kept.stores)], drawn(options.traced, 2, store), tally, true)
      : noTrace,
  ]);
  return tally.figures(from, traced);
}

interface Drawn<Input> {
  readonly seed: number;
  readonly input: Input;
}

function* drawAll<T>(count: number, draw: (index: number) => T): Generator<T, void> {
  for (let index = 0; index < count; index += 1) yield draw(index);
}

/** Each input has a seed of its own, so that one can be drawn without the others. */
function seedOf(from: number, lane: number, index: number): number {
  return (Math.imul(from | 0, 31) + Math.imul(lane, 0x51ed270b) + index) >>> 0;
}

function* chained<T>(...all: readonly Iterable<T>[]): Generator<T, void> {
  for (const each of all) yield* each;
}

async function judgeFiles(
  first: Iterable<Drawn<FileInput>>,
  then: Iterable<Drawn<FileInput>>,
  tally: Tally,
): Promise<void> {
  const child = new WatchedChild(await bundledChild(FLOORS_CHILD));
  const pending = new Set<Promise<void>>();
  for (const { seed, input } of chained(first, then)) {
    const judged: Judged = {
      seed,
      kind: input.kind,
      size: input.bytes.length + input.before.length,
      json: () => keep(input),
    };
    const judge = (): Promise<Verdict> => child.judge(input);
    const verdict = fairly(judge).then((each) => {
      tally.add(judged, each, "floors");
      pending.delete(verdict);
    });
    pending.add(verdict);
    if (pending.size >= AHEAD) await Promise.race(pending);
  }
  await Promise.all(pending);
  await child.close();
}

/** Judges a second time what was slow, and takes the quicker verdict. */
async function fairly(judge: () => Promise<Verdict>): Promise<Verdict> {
  const first = await judge();
  if (!isSlow(first)) return first;
  const second = await judge();
  return second.slowest < first.slowest ? second : first;
}

async function judgeStores(
  first: Iterable<Drawn<StoreInput>>,
  then: Iterable<Drawn<StoreInput>>,
  tally: Tally,
  isTraced: boolean,
): Promise<{ inputs: number; calls: number }> {
  await using scratch = await inMemoryFolder();
  const root = path.join(scratch.path, "lane");
  await mkdir(root);
  await using around = await Surroundings.make(root);
  const log = path.join(scratch.path, "trace");
  const strace = ["strace", "-D", "-f", "-qq", "-y", "-A", "-s", "6000", "-e", "trace=%file", "-o", log];
  const child = new WatchedChild(await bundledChild(STORE_CHILD), isTraced ? strace : []);
  const judged: Judged[] = [];
  for (const { seed, input } of chained(first, then)) {
    if (isTraced && sizeOf(input) > MOST_TRACED) continue;
    const { dir, runDir } = around;
    const about: Judged = { seed, kind: input.kind, size: sizeOf(input), json: () => keep(input) };
    const verdict = await fairly(async () => {
      around.plant(input.image);
      return await child.judge({ number: judged.length, dir, runDir, how: input.how, steps: input.steps });
    });
    const outside = around.touched().map((each) => `touched outside of the store: ${each}`);
    tally.add(
      about,
      { ...verdict, violations: [...verdict.violations, ...outside] },
      isTraced ? "traced" : "store",
    );
    judged.push(about);
  }
  await child.close();
  if (!isTraced) return { inputs: 0, calls: 0 };
  const { calls, violations } = judgeTrace(readFileSync(log, "latin1"), [around.dir, around.runDir]);
  for (const { number, text } of violations) tally.broken(judged[number]!, [text]);
  return { inputs: judged.length, calls };
}

function sizeOf({ image }: StoreInput): number {
  return [...image.values()].reduce(
    (sum, thing) => sum + (thing.kind === "file" ? thing.bytes.length : 0),
    0,
  );
}
