import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
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
  const program = (name: string): string => path.join(home, "bin", name);
  for (const name of ["peer", "containers-storage"]) {
    if (!isExecutable(program(name))) {
      return missing(
        `the Go programs to compare with are not in ${home}: run tools/go-peer/setup.sh (Debian) or set STOWAGE_PEER_HOME`,
      );
    }
  }
  // The tool that was built without C can start itself again, which the other one cannot without root.
  const built = program("containers-storage-static");
  const old = program("containers-storage-1.43");
  return found({
    home,
    peer: program("peer"),
    containersStorage: isExecutable(built) ? built : program("containers-storage"),
    containersStorage143: isExecutable(old) ? old : undefined,
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
