import { readFile } from "node:fs/promises";

import { repositoryRoot } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { plant } from "./support/commands.ts";
import { PROMPT, whyNoScreen } from "./support/screen.ts";
import { type SshHost, sshHost, whyNoSsh } from "./support/ssh.ts";
import { top, type Top } from "./support/top.ts";

const whyNot = whyNoScreen ?? whyNoSsh;
/** Milliseconds in which processes that are to end have to be gone; on a busy machine all takes its time. */
const LIMIT = { timeout: 60_000 };

/** `stowage top` at the other end of a real connection. */
interface FarTop extends Top {
  readonly host: SshHost;
  /** The mode of the terminal here before. */
  readonly mode: string;
}

async function farTop(): Promise<FarTop> {
  let host: SshHost | undefined;
  let mode = "";
  try {
    const at = await top({
      prepare: async (place) => {
        await plant(place);
        host = await sshHost(place);
      },
      before: async (view) => {
        mode = await view.shell("stty -a");
        await view.type("clear; echo left on the screen\r");
        await view.until(/^left on the screen/);
      },
      through: () => host!.client,
    });
    const end = async (): Promise<void> => {
      await host![Symbol.asyncDispose]();
      await at[Symbol.asyncDispose]();
    };
    return { ...at, host: host!, mode, [Symbol.asyncDispose]: end };
  } catch (error) {
    await host?.[Symbol.asyncDispose]();
    throw error;
  }
}

const nothingLeft = async ({ host }: FarTop): Promise<void> =>
  expect.poll(() => host.processes(), LIMIT).toEqual([]);

describe.skipIf(whyNot !== undefined)(`stowage top over ssh${whyNot ? `: ${whyNot}` : ""}`, () => {
  it("shows the same screen as here, and every change", async () => {
    await using at = await farTop();
    const { view, place, host } = at;
    expect(await host.processes()).not.toEqual([]);
    const kept = await readFile(`${repositoryRoot}/packages/cli/test/screens/top/list-80.txt`, "utf8");
    const [, ...list] = steady(kept);
    await expect.poll(async () => steady(await view.shown()).slice(1), LIMIT).toEqual(list);
    await place.done("create", "--id", "new", "--name", "made");
    await view.until(/^ \+ new +made /m);
  });

  it("hears keys, also such as are sequences, and the terminal's new size", async () => {
    await using at = await farTop();
    const { view } = at;
    await view.keys("Down", "Down");
    await view.until(/^> .*web,/m);
    await view.keys("Up");
    await view.until(/^> .*db /m);
    await view.type("/db");
    await view.until(/^\/db_ {3}1 found/m);
    await view.keys("Escape");
    await view.until(/1-3 of 3/);
    for (const [columns, rows] of [
      [200, 50],
      [60, 20],
      [80, 24],
    ] as const) {
      await view.resize(columns, rows);
      await view.until((text) => {
        const lines = text.split("\n");
        return lines.length === rows && lines.at(-1)!.includes("quit") && text.startsWith("stowage top  /");
      });
    }
  });

  it.each([
    ["q", "q", "0"],
    ["Ctrl-C", "C-c", "130"],
  ])("leaves both ends clean by %s", async (_, key, code) => {
    await using at = await farTop();
    const { view, mode } = at;
    expect(await view.flags()).toEqual({ isAlternate: true, isCursorSeen: false });
    await view.keys(key);
    await view.untilFlags({ isAlternate: false, isCursorSeen: true });
    const screen = await view.until(new RegExp(`^left[^]*\\n${PROMPT}$`));
    expect(screen).toMatch(
      /^left on the screen\nshell> [^]* stowage top\nConnection to \S+ closed\.\nshell>$/,
    );
    expect((await view.shell("echo $?")).trim()).toBe(code);
    expect(await view.shell("stty -a")).toBe(mode);
    await nothingLeft(at);
  });

  it("goes on at the other end of a connection that was stopped", async () => {
    await using at = await farTop();
    const { view, place } = at;
    await view.keys("C-z");
    // Nobody is there who could continue it: the program is all that the connection was made for.
    await place.done("create", "--id", "new", "--name", "made");
    await view.until(/ new +made /);
  });

  it.each([
    ["its client is killed", async ({ view }: FarTop) => process.kill(await view.child(), "SIGKILL")],
    ["its client is ended", async ({ view }: FarTop) => process.kill(await view.child(), "SIGTERM")],
    ["its server is killed", async ({ host }: FarTop) => host.kill()],
    ["the line is cut", async ({ view }: FarTop) => view.type("\r~.")],
  ])("stays nowhere when %s, and the terminal here can be set back", async (_, cut) => {
    await using at = await farTop();
    const { view, mode } = at;
    await cut(at);
    await nothingLeft(at);
    // No word of the program can reach this terminal any more, which the user sets back: see docs/top.md.
    await view.type("tput rmcup; tput cnorm\r");
    await view.untilFlags({ isAlternate: false, isCursorSeen: true });
    expect(await view.shell("stty -a")).toBe(mode);
  });
});

/** The lines of a screen without what differs from run to run. */
function steady(screen: string): string[] {
  return screen
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/loads \w+/, "loads N"));
}
