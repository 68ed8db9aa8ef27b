import { maskCreated, outcomeIn } from "@stowage/fixtures";
import { peer, PeerDrive, seededRandom, type SeededRandom } from "@stowage/test-kit";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openContainerStore, type OpenOptions } from "../src/index.ts";
import { bigDataFile } from "../src/model/big-data-file.ts";
import { driveOurs } from "./support/drive-ours.ts";
import { quickFolder } from "./support/quick-folder.ts";
import { pools, type Pools } from "./support/random-pools.ts";
import { Requests, type Step } from "./support/random-requests.ts";
import { isSameReply } from "./support/replies.ts";
import { openSound } from "./support/sound.ts";

const programs = peer();
const isLong = process.env["STOWAGE_LONG"] === "1";
const WANTED = isLong ? 100_000 : 5_000;
const STEPS = 80;
const CHANGES = new Set(["create", "delete", "setMetadata", "setFlag", "setNames"]);

/** Somebody who answers requests about one folder. */
interface Handle extends AsyncDisposable {
  send(line: string): Promise<string>;
}

/** A store's folder, and its run folder when it is transient. */
type Place = Pick<OpenOptions, "runDir" | "transient"> & { readonly dir: string };

type Opener = (place: Place) => Promise<Handle>;

const openOurs: Opener = async (place) => {
  const opened = await openSound(place);
  return {
    send: (line) => driveOurs(opened.store, line),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
};

const openLibrary =
  (program: string): Opener =>
  ({ dir, runDir }) =>
    Promise.resolve(
      new PeerDrive(program, [
        "--dir",
        dir,
        ...(runDir === undefined ? [] : ["--run", runDir, "--transient"]),
      ]),
    );

/** Two that have one folder open, and what was asked and answered there. */
class Side implements AsyncDisposable {
  readonly place: Place;
  readonly #openers: readonly [Opener, Opener];
  #handles: [Handle, Handle] | undefined;
  #last = 0;
  readonly replies: Promise<string>[] = [];

  constructor(place: Place, openers: readonly [Opener, Opener]) {
    this.place = place;
    this.#openers = openers;
  }

  /** The replies of one come in order; whoever is asked after the other must wait for it. */
  async ask(which: 0 | 1, line: string): Promise<void> {
    this.#handles ??= [await this.#openers[0](this.place), await this.#openers[1](this.place)];
    if (which !== this.#last) await this.replies.at(-1);
    this.#last = which;
    this.replies.push(this.#handles[which].send(line));
  }

  async reopen(which: 0 | 1): Promise<void> {
    if (this.#handles === undefined) return;
    await this.replies.at(-1);
    await this.#handles[which][Symbol.asyncDispose]();
    this.#handles[which] = await this.#openers[which](this.place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const handles = this.#handles ?? [];
    this.#handles = undefined;
    for (const handle of handles) await handle[Symbol.asyncDispose]();
  }
}

interface Kind {
  /** One of the two on our side is the library. */
  readonly isMixed: boolean;
  readonly isTransient: boolean;
}

/** Lets both sides do the same and compares everything; resolves to how many requests were answered alike. */
async function sequence(random: SeededRandom, library: Opener, kind: Kind): Promise<number> {
  await using folder = await quickFolder();
  const place = async (name: string): Promise<Place> => {
    const [dir, runDir] = [path.join(folder.path, name, "store"), path.join(folder.path, name, "run")];
    for (const made of [dir, runDir]) await mkdir(made, { recursive: true });
    return kind.isTransient ? { dir, runDir, transient: true } : { dir };
  };
  await using theirs = new Side(await place("library"), [library, library]);
  await using ours = new Side(await place("ours"), [openOurs, kind.isMixed ? library : openOurs]);
  const sides = [theirs, ours];
  const lines: string[] = [];
  const forgotten = [new Set<string>(), new Set<string>()] as const;
  const chosen = pools(random);
  const requests = new Requests(random, chosen);

  const ask = async (which: 0 | 1, line: string): Promise<void> => {
    lines.push(`${which} ${line}`);
    for (const side of sides) await side.ask(which, line);
  };
  const take = async (which: 0 | 1, step: Step): Promise<void> => {
    await ask(which, step.line);
    for (const line of step.settle) await ask(which, line);
    if (step.forgets !== undefined) forgotten[which].add(step.forgets);
    const reply = await ours.replies.at(-1);
    // The other one loads, and knows all layers again.
    if (CHANGES.has(step.op) && reply?.startsWith('{"ok":true') === true)
      forgotten[which === 0 ? 1 : 0].clear();
  };

  for (const step of requests.beginning()) await take(0, step);
  {
    await using observer = await openContainerStore({ ...ours.place, readOnly: true });
    for (let count = 0; count < STEPS; count += 1) {
      const which = random.chance() ? 1 : 0;
      if (random.chance(0.04)) {
        lines.push(`${which} (opened anew)`);
        for (const side of sides) await side.reopen(which);
        forgotten[which].clear();
      }
      // What the library does on our side is awaited, and so seen.
      await ours.replies.at(-1);
      const containers = await observer.list();
      if (random.chance(0.05)) {
        const ids = containers.map(({ id }) => id);
        lines.push(await leaveSomething(random, ids, chosen, sides));
      }
      await take(which, requests.next(containers, forgotten[which]));
    }
  }
  for (const which of [0, 1] as const) {
    await ask(which, '{"op":"list"}');
    for (const side of sides) await side.reopen(which);
    await ask(which, '{"op":"list"}');
  }
  await compare(sides, lines, kind);
  return lines.filter((line) => line.endsWith("}")).length;
}

/** The same orphaned folder, or item that no record knows, on all sides. */
async function leaveSomething(
  random: SeededRandom,
  ids: readonly string[],
  { keys }: Pools,
  sides: readonly Side[],
): Promise<string> {
  const isOrphan = ids.length === 0 || random.chance(0.3);
  const id = isOrphan ? Buffer.from(random.bytes(32)).toString("hex") : random.pick(ids);
  const file = bigDataFile(random.pick(keys).toWellFormed())?.components[0] ?? "k";
  for (const { place, replies } of sides) {
    await replies.at(-1);
    const folder = path.join(place.dir, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(path.join(folder, file), "left", { mode: 0o600 });
  }
  return `- (left ${id}/${file})`;
}

async function compare(
  sides: readonly Side[],
  lines: readonly string[],
  { isTransient }: Kind,
): Promise<void> {
  const [theirs, ours] = await Promise.all(sides.map(({ replies }) => Promise.all(replies)));
  for (const side of sides) await side[Symbol.asyncDispose]();
  const asked = lines.filter((line) => line.endsWith("}"));
  asked.forEach((line, index) => {
    const [one, other] = [theirs?.[index] ?? "", ours?.[index] ?? ""].map(maskCreated) as [string, string];
    if (isSameReply(one, other)) return;
    const until = lines.slice(0, lines.indexOf(line) + 1);
    expect.fail(`request ${index}: ${line}\nlibrary ${one}\nours    ${other}\nafter\n${until.join("\n")}`);
  });
  const fixture = { transient: isTransient, createdMasked: true };
  const [left, right] = await Promise.all(
    sides.map(({ place }) => outcomeIn(path.dirname(place.dir), fixture)),
  );
  expect(right, lines.map((line) => line.slice(0, 300)).join("\n")).toEqual(left);
}

describe.skipIf(programs.found === undefined)("random sequences", () => {
  it(
    `come out the same as in the library: ${WANTED} requests`,
    { timeout: isLong ? 3_600_000 : 300_000 },
    async () => {
      const random = seededRandom();
      const library = openLibrary(programs.found!.peer);
      let compared = 0;
      let sequences = 0;
      for (; compared < WANTED; sequences += 1) {
        const kind = { isMixed: sequences % 3 === 2, isTransient: sequences % 4 === 3 };
        compared += await sequence(random, library, kind);
      }
      console.log(`${compared} requests in ${sequences} sequences, each answered alike, with the same files`);
    },
  );
});

if (programs.found === undefined) it.skip(`random sequences: ${programs.reason}`, () => undefined);
