import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Content, type Fixture, layOut, maskCreated, outcomeIn } from "@stowage/fixtures";
import { type ContainerStore, openContainerStore } from "../../src/index.ts";
import { driveOurs, errorReply } from "./drive-ours.ts";
import { isSameReply } from "./replies.ts";
import { quickFolder } from "./quick-folder.ts";
import { openSound } from "./sound.ts";

/** One thing that came out otherwise than in the library. */
export interface Difference {
  /** `reply 3` (counted from 0), `fresh`, `lock`, or the path of a file or folder. */
  readonly where: string;
  readonly ours: string;
  readonly library: string;
}

/** Lets our store do what the library did for a fixture, and compares everything that can be seen. */
export async function replay(fixture: Fixture): Promise<Difference[]> {
  await using folder = await quickFolder();
  const parent = path.join(folder.path, "a", "b");
  await mkdir(parent, { recursive: true });
  await layOut(fixture, parent);
  const found: Difference[] = [];
  const compare = (where: string, ours: string | undefined, library: string | undefined): void => {
    if (ours !== library) found.push({ where, ours: ours ?? "(none)", library: library ?? "(none)" });
  };

  const compareReplies = (where: string, ours: string | undefined, library: Content | undefined): void => {
    const [one, other] = [masked(fixture, ours), masked(fixture, library)];
    if (one === undefined || other === undefined || !isSameReply(one, other)) compare(where, one, other);
  };

  const replies = await repliesOf(fixture, parent);
  for (let line = 0; line < Math.max(replies.length, fixture.replies.length); line += 1) {
    compareReplies(`reply ${line}`, replies[line], fixture.replies[line]);
  }
  const outcome = await outcomeIn(parent, fixture);
  for (const file of new Set([...Object.keys(outcome.after), ...Object.keys(fixture.after)])) {
    compare(file, text(outcome.after[file]), text(fixture.after[file]));
  }
  const ours = new Map(outcome.data.map((entry) => [entry.path, JSON.stringify(entry)]));
  const library = new Map(fixture.data.map((entry) => [entry.path, JSON.stringify(entry)]));
  for (const file of new Set([...ours.keys(), ...library.keys()])) {
    compare(`store/${file}`, ours.get(file), library.get(file));
  }
  compare("lock", String(outcome.lockBytes), String(fixture.lockBytes));
  compareReplies("fresh", await freshList(fixture, parent), fixture.fresh);
  return found;
}

const optionsOf = ({ transient }: Fixture, parent: string) => ({
  dir: path.join(parent, "store"),
  ...(transient ? { runDir: path.join(parent, "run"), transient } : {}),
});

async function repliesOf(fixture: Fixture, parent: string): Promise<string[]> {
  const replies: string[] = [];
  try {
    await using opened = await openSound(optionsOf(fixture, parent));
    for (const line of fixture.requests) replies.push(await driveOurs(opened.store, line));
  } catch (error) {
    if (replies.length > 0) throw error;
    replies.push(errorReply(error));
  }
  return replies;
}

async function freshList(fixture: Fixture, parent: string): Promise<string> {
  let store: ContainerStore;
  try {
    store = await openContainerStore(optionsOf(fixture, parent));
  } catch (error) {
    return errorReply(error);
  }
  try {
    return await driveOurs(store, '{"op":"list"}');
  } finally {
    await store.close();
  }
}

function masked(fixture: Fixture, reply: Content | undefined): string | undefined {
  const line = text(reply);
  return line !== undefined && fixture.createdMasked ? (maskCreated(line) as string) : line;
}

function text(content: Content | undefined): string | undefined {
  return content === undefined || typeof content === "string" ? content : `base64 ${content.base64}`;
}
