import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Found, found, missing } from "./found.ts";

/** Absolute paths of OpenSSH's programs. */
export interface OpenSsh {
  readonly ssh: string;
  /** It refuses to be started by another path than an absolute one. */
  readonly sshd: string;
  readonly sshKeygen: string;
}

/** Where sshd locks itself up as root; Debian's service makes it at its start. */
const EMPTY_FOLDER = "/run/sshd";

export function openssh(): Found<OpenSsh> {
  const [ssh, sshd, sshKeygen] = ["ssh", "sshd", "ssh-keygen"].map(fileOf);
  if (ssh === undefined || sshd === undefined || sshKeygen === undefined) {
    return missing("no ssh, sshd or ssh-keygen (Debian: openssh-client, openssh-server)");
  }
  const reason = process.getuid?.() === 0 ? whyNotAsRoot() : whyNoTerminals();
  return reason === undefined ? found({ ssh, sshd, sshKeygen }) : missing(reason);
}

function whyNotAsRoot(): string | undefined {
  if (existsSync(EMPTY_FOLDER)) return undefined;
  return `sshd does not start for root without ${EMPTY_FOLDER} (mkdir ${EMPTY_FOLDER})`;
}

/** Terminals belong to the group `tty`: where they are not made so, sshd changes that, and only root can. */
function whyNoTerminals(): string | undefined {
  const mounts = existsSync("/proc/mounts") ? readFileSync("/proc/mounts", "utf8") : "";
  if (/^\S+ \/dev\/pts devpts \S*\bgid=/m.test(mounts)) return undefined;
  return "sshd gives terminals to nobody but root where /dev/pts is mounted without gid=";
}

/** Servers are mostly not in the PATH of who is not root. */
function fileOf(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin"];
  return folders
    .map((folder) => path.join(folder, program))
    .find((file) => path.isAbsolute(file) && existsSync(file));
}
