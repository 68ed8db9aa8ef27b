import { accessSync, constants, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import path from "node:path";
import { type Found, found, missing } from "./found.ts";

/** The real Go programs that tools/go-peer/setup.sh makes. All paths are absolute. */
export interface PeerPrograms {
  /** The folder they lie in. */
  readonly home: string;
  /** Drives the library containers/storage 1.57.2; see tools/go-peer/README.md for its commands. */
  readonly peer: string;
  /** The command line tool of the same release. */
  readonly containersStorage: string;
  /** The tool of release 1.43, which writes its token after the file; undefined where it could not be had. */
  readonly containersStorage143: string | undefined;
}

/** Where the programs are looked for: $STOWAGE_PEER_HOME, else `stowage/peer` in the user's cache folder. */
export function peerHome(): string {
  const given = process.env["STOWAGE_PEER_HOME"];
  if (given !== undefined && given !== "") return path.resolve(given);
  const cache = process.env["XDG_CACHE_HOME"];
  const base = cache !== undefined && path.isAbsolute(cache) ? cache : path.join(homedir(), ".cache");
  return path.join(base, "stowage", "peer");
}

/** The peer programs, or the reason why there are none; tests that need them skip with that reason. */
export function peer(): Found<PeerPrograms> {
  const home = peerHome();
  const program = (name: string): string | undefined => {
    const file = path.join(home, "bin", name);
    return isExecutable(file) ? file : undefined;
  };
  // Without C it does not come into a namespace of its own. Where there are ranges of ids for one, it starts itself
  // again and again, without end.
  if (process.getuid?.() !== 0 && hasRanges()) {
    return missing(
      "the Go programs cannot be run as an ordinary user for whom /etc/subuid has a range: run the tests as root",
    );
  }
  const driver = program("peer");
  // Debian's own build runs through a loader, so that it cannot start itself again, which it must
  // when it is not root; the one that was built without C can.
  const debian = program("containers-storage");
  const containersStorage = process.getuid?.() === 0 ? debian : program("containers-storage-static");
  if (driver === undefined || containersStorage === undefined) return missing(whyMissing(home));
  return found({
    home,
    peer: driver,
    containersStorage,
    containersStorage143: program("containers-storage-1.43"),
  });
}

function hasRanges(): boolean {
  const { uid, username } = userInfo();
  try {
    const owners = readFileSync("/etc/subuid", "utf8")
      .split("\n")
      .map((line) => line.split(":")[0]);
    return owners.includes(username) || owners.includes(String(uid));
  } catch {
    return false;
  }
}

function whyMissing(home: string): string {
  try {
    return `no Go programs to compare with: ${readFileSync(path.join(home, "unavailable"), "utf8").trim()}`;
  } catch {
    return `no Go programs to compare with in ${home}: tools/go-peer/setup.sh makes them (on Debian)`;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
