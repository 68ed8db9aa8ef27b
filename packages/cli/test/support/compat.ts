import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { PeerDrive, runProcess, temporaryFolder } from "@stowage/test-kit";
import type { PeerPrograms, RunOptions, RunResult } from "@stowage/test-kit";

import { expect } from "vitest";

import { programFile } from "./program.ts";
import type { Rootless } from "./rootless.ts";

/** One call of the program: its words, or more about it. */
export type Step =
  | readonly string[]
  | {
      readonly args: readonly string[];
      readonly input?: string;
      /** Standard output goes to a device that is full. */
      readonly full?: true;
      /** The real program prints in no order, so that lines are compared as a set. */
      readonly anyOrder?: true;
    };

/** What came of a step, with ids, times and folders mapped. */
export interface Outcome {
  readonly step: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Pair extends AsyncDisposable {
  /** Both folders, to prepare what the scripts work on. */
  readonly folders: readonly [theirs: string, ours: string];
  /** Makes containers without a layer in both trees, by the Go library. */
  seed(...records: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Runs a script by the real program in both trees; it must succeed there. */
  prepare(...steps: readonly Step[]): Promise<void>;
  /** Runs one script by the real program in its tree and by ours in the other. */
  run(...steps: readonly Step[]): Promise<{ theirs: Outcome[]; ours: Outcome[] }>;
}

interface Reply {
  readonly ok: boolean;
  readonly message?: string;
}

/** Where each program works in its folder. */
export const TREE = ["-g", "graph", "-R", "run", "-s", "vfs"] as const;

/**
 * Two folders that are the same, for the real program and for ours under its name.
 * "installed" has the real one in PATH behind ours; with "alone" there is none. Both are run by the user, if one is given.
 */
export async function pairOf(
  real: PeerPrograms,
  mode: "installed" | "alone",
  user?: Rootless,
): Promise<Pair> {
  const place = await temporaryFolder();
  const inPlace = (name: string): string => path.join(place.path, name);
  // Their names are of one length, as help stands in columns.
  const folders = [inPlace("real"), inPlace("ours")] as const;
  for (const folder of [...folders, inPlace("home")]) mkdirSync(folder);
  const linkTo = (file: string, folder: string): string => {
    mkdirSync(inPlace(folder));
    const link = path.join(inPlace(folder), "containers-storage");
    symlinkSync(file, link);
    return link;
  };
  const [ourFile, realFile] = [
    user?.program ?? (await programFile),
    user?.containersStorage ?? real.containersStorage,
  ];
  const link = linkTo(ourFile, "bin-ours");
  const realLink = linkTo(realFile, "bin-real");
  // Ours once more, which must not be taken for the real one.
  const paths = [path.dirname(linkTo(ourFile, "bin-path"))];
  if (mode === "installed") paths.push(path.dirname(realLink), ...(process.env["PATH"] ?? "").split(":"));

  // What they do without flags must not be a matter of this machine; each has a store of its own.
  for (const folder of folders) {
    const roots = ["graph", "run"].map((root) => `${root}root = "${path.join(folder, root)}"\n`);
    writeFileSync(path.join(folder, "storage.conf"), `[storage]\ndriver = "vfs"\n${roots.join("")}`);
  }
  const give = async (): Promise<void> => {
    if (user === undefined) return;
    chmodSync(place.path, 0o755);
    await user.own(...folders, inPlace("home"));
  };
  await give();
  const start = (command: readonly string[], options: RunOptions): Promise<RunResult> => {
    const [first = "", ...rest] = [...(user?.before ?? []), ...command];
    return runProcess(first, rest, options);
  };
  const envOf = (folder: string): Record<string, string | undefined> => ({
    HOME: inPlace("home"),
    CONTAINERS_STORAGE_CONF: path.join(folder, "storage.conf"),
    STORAGE_DRIVER: undefined,
    STORAGE_OPTS: undefined,
  });
  const program = (side: 0 | 1, words: readonly string[], input: string | undefined, full: boolean) => {
    const env = envOf(folders[side]);
    const options = { cwd: folders[side], input };
    const into = full ? ["sh", "-c", 'exec "$@" >/dev/full', "sh"] : [];
    if (side === 0) return start([...into, realLink, ...words], { ...options, env });
    const ours = [process.execPath, link, ...words];
    // For the program alone: what makes its user wants the usual one.
    return start([...into, "env", `PATH=${paths.join(":")}`, ...ours], { ...options, env });
  };
  const runSide = async (side: 0 | 1, steps: readonly Step[]): Promise<Outcome[]> => {
    const mapped = mapper(
      [link, realLink, realFile],
      folders[side],
      // Alone we make no layers.
      mode === "alone" ? "hidden" : "told",
    );
    const outcomes: Outcome[] = [];
    for (const step of steps) {
      const { args, input, anyOrder, full } = "args" in step ? step : { args: step };
      const { code, stdout, stderr } = await program(side, args, input, full === true);
      const inOrder = (text: string): string => (anyOrder ? text.split("\n").sort().join("\n") : text);
      outcomes.push({
        step: args.join(" "),
        code,
        stdout: mapped(inOrder(stdout)),
        stderr: mapped(inOrder(stderr)),
      });
    }
    return outcomes;
  };
  return {
    folders,
    seed: async (...records) => {
      for (const folder of folders) {
        const [dir, run] = ["graph", "run"].map((root) => path.join(folder, root, "vfs-containers"));
        mkdirSync(dir!, { recursive: true, mode: 0o700 });
        await using drive = new PeerDrive(real.peer, ["--dir", dir!, "--run", run!]);
        for (const record of records) {
          const reply = JSON.parse(await drive.send(JSON.stringify({ op: "create", ...record }))) as Reply;
          if (!reply.ok) throw new Error(`create: ${reply.message}`);
        }
      }
      await give();
    },
    prepare: async (...steps) => {
      for (const folder of folders) {
        for (const step of steps) {
          const { args, input } = "args" in step ? step : { args: step, input: undefined };
          const { code, stderr } = await start([realLink, ...args], {
            cwd: folder,
            env: envOf(folder),
            input,
          });
          if (code !== 0) throw new Error(`containers-storage ${args.join(" ")}: ${code}, ${stderr}`);
        }
      }
    },
    run: async (...steps) => {
      const [theirs, ours] = await Promise.all([runSide(0, steps), runSide(1, steps)]);
      return { theirs, ours };
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

/** Puts names in the place of what differs from run to run: the same id always gets the same name. */
function mapper(
  programs: readonly string[],
  folder: string,
  layers: "told" | "hidden",
): (text: string) => string {
  const ids = new Map<string, string>();
  const nameOf = (id: string): string => {
    const name = ids.get(id) ?? `ID${ids.size + 1}`;
    ids.set(id, name);
    return name;
  };
  return (text) =>
    programs
      .reduce((mapped, file) => mapped.replaceAll(file, "containers-storage"), text)
      .replaceAll(folder, "FOLDER")
      .replace(/"layer":"([0-9a-f]{64})?"/g, layers === "told" ? "$&" : '"layer":"LAYER"')
      .replace(/\b[0-9a-f]{64}\b/g, nameOf)
      .replace(/"created":"[^"]*"/g, '"created":"TIME"')
      .replace(/time="[^"]*"/g, 'time="TIME"');
}

/** Compares what both programs say to one script, on folders with records in them that both have alike. */
export async function compare(
  pairing: Parameters<typeof pairOf>,
  script: readonly Step[],
  seeds: readonly Readonly<Record<string, unknown>>[] = [],
): Promise<void> {
  await using pair = await pairOf(...pairing);
  await pair.prepare([...TREE, "containers"]);
  await pair.seed(...seeds);
  const { theirs, ours } = await pair.run(...script);
  expect(ours).toEqual(theirs);
}
