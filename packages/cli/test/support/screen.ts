import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { runProcess, tmux } from "@stowage/test-kit";

import { programFile } from "./program.ts";
import type { Bench } from "./program.ts";

const { found: tmuxFile = "", reason } = await tmux();

/** Why there is no terminal emulator; undefined when there is one. */
export const whyNoScreen = reason;

/** Milliseconds after which a screen that does not come is a failure; on a busy machine all takes its time. */
const LIMIT = 40_000;

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Flags {
  readonly isAlternate: boolean;
  readonly isCursorSeen: boolean;
}

/** A shell in a real terminal emulator, in which `stowage` can be called. */
export interface Screen extends AsyncDisposable {
  /** What is seen, without blanks at the ends of lines. */
  shown(): Promise<string>;
  /** With what makes colours. */
  coloured(): Promise<string>;
  /** Resolves to the first screen that fits; fails, and shows the last one, when none comes. */
  until(wanted: RegExp | ((shown: string) => boolean)): Promise<string>;
  /** Keys by the names of tmux: `Enter`, `C-c`, `PageDown`. */
  keys(...names: readonly string[]): Promise<void>;
  /** As if it were typed, or pasted. */
  type(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Types a line into the shell, and waits until it is done; resolves to what it printed. */
  shell(line: string): Promise<string>;
  /** The process that runs in the terminal under the shell. */
  child(): Promise<number>;
  flags(): Promise<Flags>;
  untilFlags(wanted: Flags): Promise<void>;
}

/** The prompt of the shell, which nothing else prints. */
export const PROMPT = "shell>";

export async function screen(
  place: Bench,
  { columns = 80, rows = 24, env = {} }: ScreenOptions = {},
): Promise<Screen> {
  const bin = path.join(place.folder, "bin");
  await mkdir(bin, { recursive: true });
  const program = path.join(bin, "stowage");
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${await programFile}' "$@"\n`);
  await chmod(program, 0o755);
  const config = path.join(place.folder, "tmux.conf");
  await writeFile(
    config,
    "set -g status off\nset -g default-terminal screen-256color\nset -s escape-time 0\nset -g history-limit 1000\n",
  );
  const socket = path.join(place.folder, "tmux");
  const inherited = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, LC_ALL: "C.UTF-8", TZ: "UTC" };
  const tmuxEnv = { ...inherited, TMUX: undefined, TMUX_PANE: undefined };
  const run = async (...args: readonly string[]): Promise<string> => {
    const words = ["-u", "-S", socket, "-f", config, ...args];
    const { code, stdout, stderr } = await runProcess(tmuxFile, words, { env: tmuxEnv, cwd: place.folder });
    if (code !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  const shellEnv = {
    ...inherited,
    HOME: path.join(place.folder, "home"),
    STOWAGE_DIR: place.dir,
    PS1: `${PROMPT} `,
    HISTFILE: "",
    ...env,
  };
  const assigned = Object.entries(shellEnv).map(([name, value]) => quoted(`${name}=${value}`));
  const shell = `exec env -u NO_COLOR -u FORCE_COLOR -u CI ${assigned.join(" ")} bash --norc --noprofile`;
  await run("new-session", "-d", "-x", String(columns), "-y", String(rows), shell);
  const shown = async (): Promise<string> => trimmed(await run("capture-pane", "-p"));
  const flags = async (): Promise<Flags> => {
    const [alternate, cursor] = (await run("display-message", "-p", "#{alternate_on} #{cursor_flag}"))
      .trim()
      .split(" ");
    return { isAlternate: alternate === "1", isCursorSeen: cursor === "1" };
  };
  const until: Screen["until"] = async (wanted) => {
    let text = "";
    const fits = (): boolean => (wanted instanceof RegExp ? wanted.test(text) : wanted(text));
    await tried(
      async () => ((text = await shown()), fits() ? text : undefined),
      () => `${String(wanted)} did not come up:\n${text}`,
    );
    return text;
  };
  const type = (text: string): Promise<unknown> => run("send-keys", "-l", "--", text);
  const self: Screen = {
    shown,
    coloured: () => run("capture-pane", "-p", "-e"),
    until,
    keys: async (...names) => void (await run("send-keys", ...names)),
    type: async (text) => void (await type(text)),
    resize: async (width, height) =>
      void (await run("resize-window", "-x", String(width), "-y", String(height))),
    shell: async (line) => {
      const out = path.join(place.folder, "shell-output");
      await type(`{ ${line}\n} > '${out}' 2>&1; mv '${out}' '${out}.done'\r`);
      const printed = await tried(
        () => readFile(`${out}.done`, "utf8").catch(() => undefined),
        `the shell did not carry out ${line}`,
      );
      await rm(`${out}.done`);
      return printed;
    },
    child: async () => {
      const shellPid = (await run("display-message", "-p", "#{pane_pid}")).trim();
      const children = await readFile(`/proc/${shellPid}/task/${shellPid}/children`, "utf8");
      return Number(children.trim().split(" ").at(-1));
    },
    flags,
    untilFlags: async ({ isAlternate, isCursorSeen }) => {
      await tried(
        async () => {
          const now = await flags();
          return now.isAlternate === isAlternate && now.isCursorSeen === isCursorSeen ? now : undefined;
        },
        `the flags ${JSON.stringify({ isAlternate, isCursorSeen })} did not come`,
      );
    },
    [Symbol.asyncDispose]: async () => {
      await run("kill-server").catch(() => undefined);
    },
  };
  try {
    await until(new RegExp(`^${PROMPT}`));
  } catch (error) {
    await self[Symbol.asyncDispose]();
    throw error;
  }
  return self;
}

/** Asks again until there is an answer. */
async function tried<T>(ask: () => Promise<T | undefined>, failure: string | (() => string)): Promise<T> {
  for (const began = performance.now(); ; await sleep(30)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() - began > LIMIT) throw new Error(typeof failure === "string" ? failure : failure());
  }
}

function trimmed(text: string): string {
  return text.replaceAll(/ +$/gm, "").trimEnd();
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
