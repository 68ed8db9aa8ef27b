import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { found, missing, runProcess, temporaryFolder } from "@stowage/test-kit";
import type { Found, PeerPrograms } from "@stowage/test-kit";

import { programFile } from "./program.ts";

/** A user who is not root, has ranges of ids, and can run both programs. */
export interface Rootless extends AsyncDisposable {
  readonly containersStorage: string;
  readonly program: string;
  /** A folder of the user's. */
  readonly home: string;
  /** What stands before a command that this user is to run. */
  readonly before: readonly string[];
  /** Gives folders with all in them to the user. */
  own(...folders: readonly string[]): Promise<void>;
}

/** `nobody`, whom every Debian has. */
const USER = "65534";

/**
 * Needs root. Nothing outside of the temporary folder changes: the user has ranges of ids only in mount namespaces of
 * their own, which end with their processes.
 *
 * Debian's build of the real program is copied and told where its C library lies. Run through that library's loader,
 * as root does, it could not start itself again, which it must to come into its user namespace. And the build without C
 * lacks what brings it there: with ranges it starts itself without end.
 */
export async function rootless(real: PeerPrograms): Promise<Found<Rootless>> {
  if (process.platform !== "linux" || process.arch !== "x64") return missing("it is tried on Linux on x64");
  if (process.getuid?.() !== 0) return missing("only root can be another user");
  for (const [program, bringing] of [
    ["newuidmap", "uidmap"],
    ["patchelf", "patchelf"],
  ] as const) {
    const isThere = (await runProcess("sh", ["-c", `command -v ${program}`])).code === 0;
    if (!isThere) return missing(`there is no ${program}: apt-get install ${bringing}`);
  }
  const place = await temporaryFolder();
  const inPlace = (...names: string[]): string => path.join(place.path, ...names);
  const own = async (...folders: readonly string[]): Promise<void> => {
    await done("chown", "-R", `${USER}:${USER}`, ...folders);
  };
  try {
    chmodSync(place.path, 0o755);
    const containersStorage = await withItsLibrary(real, inPlace());
    // What lies in a home folder may be out of reach.
    cpSync(path.dirname(await programFile), inPlace("program"), { recursive: true });
    const addon = path.dirname(createRequire(await programFile).resolve("fs-native-extensions"));
    cpSync(addon, inPlace("program/node_modules/fs-native-extensions"), {
      recursive: true,
      dereference: true,
    });
    writeFileSync(inPlace("ranges"), `nobody:100000:65536\n`);
    mkdirSync(inPlace("runtime"), { mode: 0o700 });
    await own(inPlace("runtime"));
    const script =
      'mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid && shift && ' +
      // Were the real program to start itself without end, it would come to one.
      "exec prlimit --nproc=400 " +
      `setpriv --reuid=${USER} --regid=${USER} --clear-groups --inh-caps=-all "$@"`;
    const env = ["env", `XDG_RUNTIME_DIR=${inPlace("runtime")}`, "USER=nobody"];
    const before = ["unshare", "-m", "sh", "-c", script, "sh", inPlace("ranges"), ...env];
    const [first = "", ...rest] = before;
    for (const command of [
      [process.execPath, "--version"],
      [containersStorage, "version"],
      [containersStorage, "unshare", "true"],
    ]) {
      const tried = await runProcess(first, [...rest, ...command], {
        cwd: place.path,
        env: { HOME: inPlace("runtime") },
      });
      if (tried.code === 0) continue;
      await place[Symbol.asyncDispose]();
      return missing(
        `another user cannot run \`${command.join(" ")}\` here: exit code ${tried.code ?? tried.signal}, ${tried.stderr.slice(0, 300).trim()}`,
      );
    }
    return found({
      containersStorage,
      home: inPlace("runtime"),
      program: inPlace("program", path.basename(await programFile)),
      before,
      own,
      [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
    });
  } catch (error) {
    await place[Symbol.asyncDispose]();
    throw error;
  }
}

async function withItsLibrary({ home }: PeerPrograms, folder: string): Promise<string> {
  const library = path.join(folder, "lib");
  mkdirSync(library);
  const from = path.join(home, "trixie/usr/lib/x86_64-linux-gnu");
  for (const name of ["ld-linux-x86-64.so.2", "libc.so.6"])
    copyFileSync(path.join(from, name), path.join(library, name));
  const file = path.join(folder, "containers-storage");
  copyFileSync(path.join(home, "trixie/usr/bin/containers-storage"), file);
  const loader = path.join(library, "ld-linux-x86-64.so.2");
  chmodSync(loader, 0o755);
  chmodSync(file, 0o755);
  await done("patchelf", "--set-interpreter", loader, "--set-rpath", library, file);
  return file;
}

async function done(command: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await runProcess(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}
