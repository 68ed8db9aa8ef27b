import { setTimeout as sleep } from "node:timers/promises";
import { peer, PeerDrive } from "@stowage/test-kit";
import { openPage, startUi } from "./page.ts";
import { type FilledStore, filledStore, percentiles } from "./store.ts";

const ROUNDS = 50;

/**
 * From the acknowledgement of a change to the row in the page's document. The time in which the page tells of it, a
 * millisecond or two, is in it.
 */
export async function measure(containers: number): Promise<void> {
  await using place = await filledStore(containers);
  await using ui = await startUi(place.dir);
  await using page = await openPage(ui.url);
  for (const writer of [ours(place), library(place)]) {
    if (writer === undefined) continue;
    await using each = writer;
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // So that what comes by itself, such as a frame of the browser, is met at any time.
      await sleep(150 + ((round * 37) % 100));
      const name = `${each.id}${round}`;
      const seen = await page.look(name);
      await each.create(name);
      const saved = performance.now();
      // It may be seen before its writer has said so.
      times.push(Math.max(0, (await seen()) - saved));
    }
    console.log(`${containers} containers, a change by ${each.name}, in the page: ${percentiles(times)}`);
  }
}

interface Writer extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  create(name: string): Promise<void>;
}

const ours = ({ store }: FilledStore): Writer => ({
  id: "ours",
  name: "Stowage in another process",
  create: async (name) => void (await store.create({ id: name, names: [name] })),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

function library({ dir }: FilledStore): Writer | undefined {
  const { found, reason } = peer();
  if (found === undefined) {
    console.log(`without the Go library: ${reason}`);
    return undefined;
  }
  const drive = new PeerDrive(found.peer, ["--dir", dir]);
  return {
    id: "theirs",
    name: "the Go library",
    create: async (name) => {
      const reply = await drive.send(JSON.stringify({ op: "create", id: name, names: [name] }));
      if (!reply.startsWith('{"ok":true')) throw new Error(`the library did not create ${name}: ${reply}`);
    },
    [Symbol.asyncDispose]: () => drive[Symbol.asyncDispose](),
  };
}
