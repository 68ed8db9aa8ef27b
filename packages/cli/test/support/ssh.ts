import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import path from "node:path";

import { openssh, runProcess } from "@stowage/test-kit";

import type { Bench } from "./program.ts";

const { found: programs, reason } = openssh();

/** Why there is no ssh; undefined when there is. */
export const whyNoSsh = reason;

/** A real sshd, for this user and for as long as the test needs it, and the words that reach it. */
export interface SshHost extends AsyncDisposable {
  /** What goes before the command that is to run there. */
  readonly client: string;
  /** Kills the sshd of the one connection that there is, with its helper where it has one. */
  kill(): Promise<void>;
  /** What runs over there on behalf of a connection. */
  processes(): Promise<readonly number[]>;
}

/**
 * It listens on a port that the system chooses, and gives each connection to an sshd of its own, as inetd does: sshd
 * by itself cannot be asked for any free port. Keys, settings and the home of who logs in are in the folder of `place`.
 */
export async function sshHost(place: Bench): Promise<SshHost> {
  const { ssh, sshd, sshKeygen } = programs!;
  const folder = path.join(place.folder, "ssh");
  const home = path.join(place.folder, "far-home");
  await mkdir(folder, { mode: 0o700 });
  await mkdir(home);
  const [hostKey, userKey] = await Promise.all(
    ["host", "user"].map(async (name) => {
      const file = path.join(folder, name);
      const { code, stderr } = await runProcess(sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-f", file]);
      if (code !== 0) throw new Error(`ssh-keygen: ${stderr}`);
      return { file, open: await readFile(`${file}.pub`, "utf8") };
    }),
  );
  const authorized = path.join(folder, "authorized");
  await writeFile(authorized, userKey!.open, { mode: 0o600 });
  const config = path.join(folder, "sshd_config");
  const far = {
    HOME: home,
    STOWAGE_DIR: place.dir,
    PATH: `${path.join(place.folder, "bin")}:${process.env["PATH"] ?? ""}`,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    NO_COLOR: "1",
  };
  const settings = [
    `HostKey ${hostKey!.file}`,
    `AuthorizedKeysFile ${authorized}`,
    "AuthenticationMethods publickey",
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    "PrintMotd no",
    "PrintLastLog no",
    `SetEnv ${Object.entries(far)
      .map(([name, value]) => `"${name}=${value}"`)
      .join(" ")}`,
  ];
  await writeFile(config, `${settings.join("\n")}\n`);

  const running = new Map<number, Promise<unknown>>();
  const listener = createServer({ pauseOnConnect: true }, (socket: Socket) => {
    const child = spawn(sshd, ["-i", "-e", "-f", config], {
      stdio: [socket, socket, "ignore"],
    });
    // It is the child's from now on.
    socket.destroy();
    const pid = child.pid ?? 0;
    running.set(
      pid,
      once(child, "exit").finally(() => running.delete(pid)),
    );
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { readonly port: number };
  const known = path.join(folder, "known_hosts");
  await writeFile(known, `[127.0.0.1]:${port} ${hostKey!.open}`);
  const options = {
    IdentityFile: userKey!.file,
    IdentitiesOnly: "yes",
    UserKnownHostsFile: known,
    GlobalKnownHostsFile: "none",
    StrictHostKeyChecking: "yes",
    BatchMode: "yes",
    ControlPath: "none",
  };
  const words = Object.entries(options).map(([name, value]) => `-o ${name}=${value}`);
  return {
    client: `${ssh} -F none -tt -p ${port} ${words.join(" ")} 127.0.0.1`,
    kill: async () => {
      const [pid, ...more] = running.keys();
      if (pid === undefined || more.length > 0) throw new Error(`${running.size} connections, not one`);
      const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
      const isOurs = async (child: string): Promise<boolean> =>
        (await readFile(`/proc/${child}/cmdline`, "utf8")).startsWith("sshd");
      const helpers: number[] = [];
      for (const child of children.trim().split(" ")) {
        if (child !== "" && (await isOurs(child))) helpers.push(Number(child));
      }
      for (const each of [pid, ...helpers]) process.kill(each, "SIGKILL");
    },
    processes: () => processesWith(`HOME=${home}`),
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const pid of running.keys()) process.kill(pid, "SIGTERM");
      await Promise.all(running.values());
    },
  };
}

/** The processes with that in the environment that they were started with. */
async function processesWith(assignment: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    // It may be gone by now, or another user's.
    const environment = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(assignment)) found.push(pid);
  }
  return found;
}
