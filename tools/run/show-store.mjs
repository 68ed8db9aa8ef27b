import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { SetupFailure } from "./failure.mjs";
import { Narrator } from "./narrator.mjs";

const USAGE = "usage: npm start [-- --graph-root ROOT [--driver NAME] | -- DIR]";

/** Lists a store that somebody else made, without ever writing to it. Resolves to the exit code. */
export async function showStore(args) {
  const narrator = new Narrator({});
  for (const place of placesIn(args)) {
    narrator.why("Read-only: nothing is made or changed in a store of somebody else.");
    await narrator.run(["--read-only", ...place, "ls"]);
  }
  return 0;
}

/** The global options of the program for each store that is meant. */
function placesIn(args) {
  const [first, ...rest] = args;
  if (first !== "--graph-root") {
    if (rest.length > 0 || first.startsWith("-")) throw new SetupFailure(USAGE);
    return storesAt(absolute(first));
  }
  const [root, option, driver, ...more] = rest;
  if (root === undefined || more.length > 0) throw new SetupFailure(USAGE);
  if (option === undefined) return driversAt(absolute(root));
  if (option !== "--driver" || driver === undefined) throw new SetupFailure(USAGE);
  return [["--graph-root", absolute(root), "--driver", driver]];
}

/** npm runs us in the clone; a relative path was meant where the user is. */
function absolute(given) {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
}

function storesAt(folder) {
  if (["containers.json", "volatile-containers.json"].some((name) => existsSync(path.join(folder, name)))) {
    return [["--dir", folder]];
  }
  return driversAt(folder);
}

function driversAt(root) {
  if (!existsSync(root)) throw new SetupFailure(`there is no folder ${root}`);
  const drivers = readdirSync(root)
    .filter((name) => name.endsWith("-containers"))
    .map((name) => name.slice(0, -"-containers".length));
  if (drivers.length === 0) {
    throw new SetupFailure(
      `${root} is no container store: neither containers.json nor a folder <driver>-containers is in it`,
    );
  }
  return drivers.map((driver) => ["--graph-root", root, "--driver", driver]);
}
