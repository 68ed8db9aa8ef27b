import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { PROMPT, whyNoScreen } from "./support/screen.ts";
import { top, type Top } from "./support/top.ts";

/**
 * `stowage top` in a shell that was at work before; `leave` ends it, and screen and terminal have to be as they
 * were. Resolves to the exit code.
 */
async function codeAfter(
  leave: (at: Top) => Promise<unknown>,
  { says = "", env = {} }: { readonly says?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  let mode = "";
  await using at = await top({
    env,
    before: async (view) => {
      mode = await view.shell("stty -a");
      await view.type("clear; echo left on the screen\r");
      await view.until(/^left on the screen/);
    },
  });
  const { view } = at;
  expect(await view.shown()).toContain("stowage top  /");
  expect(await view.flags()).toEqual({ isAlternate: true, isCursorSeen: false });
  await leave(at);
  await view.untilFlags({ isAlternate: false, isCursorSeen: true });
  const screen = await view.until(new RegExp(`^left[^]*\\n${PROMPT}$`));
  expect(screen).toMatch(new RegExp(`^left on the screen\\n${PROMPT} stowage top\\n${says}${PROMPT}$`));
  const code = await view.shell("echo $?");
  expect(await view.shell("stty -a")).toBe(mode);
  return code.trim();
}

const childrenOf = async (pid: number): Promise<readonly number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").map(Number);

const signalled = (signal: NodeJS.Signals) => async (at: Top) => process.kill(await at.view.child(), signal);

describe.skipIf(whyNoScreen !== undefined)(
  `leaving stowage top${whyNoScreen ? `: ${whyNoScreen}` : ""}`,
  () => {
    it.each([
      ["q", "q", "0"],
      ["Esc", "Escape", "0"],
      ["Ctrl-C", "C-c", "130"],
    ])("by %s leaves the terminal as it was", async (_, key, code) => {
      expect(await codeAfter(({ view }) => view.keys(key))).toBe(code);
    });

    it.each([
      ["SIGINT", "130"],
      ["SIGTERM", "143"],
      ["SIGHUP", "129"],
    ] as const)("by %s leaves the terminal as it was", async (signal, code) => {
      expect(await codeAfter(signalled(signal))).toBe(code);
    });

    it.each([
      ["SIGKILL", "137", "Killed"],
      ["SIGQUIT", "131", "Quit"],
      ["SIGSEGV", "139", "Segmentation fault"],
      ["SIGABRT", "134", "Aborted"],
    ] as const)("by %s, too, although the process itself cannot see to it", async (signal, code, word) => {
      const killed = async (at: Top): Promise<void> => {
        await signalled(signal)(at);
        await at.view.untilFlags({ isAlternate: false, isCursorSeen: true });
        // The shell may have been faster, and its prompt is gone with the other screen.
        await at.view.keys("Enter");
      };
      expect(await codeAfter(killed, { says: `(?:.*${word}.*\\n)?(?:(?:${PROMPT})?\\n)?` })).toBe(code);
    });

    it("gives the mode back after `kill -9` where the shell does not do it by itself", async () => {
      const after = `; until [ "$(stty -g)" = "$former" ]; do sleep 0.1; done; echo as it was'`;
      await using at = await top({ through: () => `sh -c 'former=$(stty -g);`, words: [after] });
      const [program = 0] = await childrenOf(await at.view.child());
      process.kill(program, "SIGKILL");
      await at.view.until(/^as it was$/m);
    });

    it("by a defect leaves it, too, and the error stands on the screen that stays", async () => {
      await using folder = await temporaryFolder();
      const defect = path.join(folder.path, "defect.cjs");
      await writeFile(defect, `process.on("SIGUSR2", () => { throw new Error("a defect"); });\n`);
      const code = await codeAfter(signalled("SIGUSR2"), {
        says: "[^]*Error: a defect\\n[^]*",
        env: { NODE_OPTIONS: `--require ${defect}` },
      });
      expect(code).toBe("1");
    });

    it.each([
      ["Ctrl-Z", async ({ view }: Top) => view.keys("C-z")],
      ["SIGTSTP", signalled("SIGTSTP")],
    ])("for a while, by %s, and comes back with `fg`", async (_, suspend) => {
      let mode = "";
      await using at = await top({ before: async (view) => (mode = await view.shell("stty -a")) });
      const { view, place } = at;
      await suspend(at);
      await view.until(/Stopped +stowage top/);
      expect(await view.flags()).toEqual({ isAlternate: false, isCursorSeen: true });
      expect(await view.shell("stty -a")).toBe(mode);
      await place.done("create", "--name", "new");
      await view.type("fg\r");
      await view.until(/ new /);
      expect(await view.flags()).toEqual({ isAlternate: true, isCursorSeen: false });
      await view.keys("q");
      await view.until(new RegExp(`\\n${PROMPT}$`));
      expect(await view.shell("stty -a")).toBe(mode);
    });
  },
);
