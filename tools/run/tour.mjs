import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { Narrator } from "./narrator.mjs";
import { isAlive, onceAtATime } from "./once-at-a-time.mjs";
import { root } from "./places.mjs";
import { programFile, stowage, stowageOk } from "./program.mjs";
import { showStore } from "./show-store.mjs";

/** The tour's own containers carry this flag with its process, so that it never touches anybody else's. */
const MARK = "stowage-tour";
const CONFIG = '{"ociVersion":"1.2.0","hostname":"web"}\n';

/** The main job from end to end; or, when a store is named, a look at that store. Resolves to the exit code. */
export async function tour(args) {
  if (args.length > 0) return showStore(args);
  const interruption = keepTidyWhenInterrupted();
  const walkOnce = () => walkAndTidy(interruption);
  return onceAtATime(path.join(cacheFolder(), "tour"), walkOnce, () =>
    console.error("Another tour of yours is under way; waiting for it …"),
  );
}

async function walkAndTidy(interruption) {
  const folder = mkdtempSync(path.join(tmpdir(), "stowage-tour-"));
  const options = { cwd: folder, env: { STOWAGE_DIR: defaultStore() } };
  try {
    writeFileSync(path.join(folder, "config.json"), CONFIG);
    // A tour that was killed leaves its containers.
    await removeMarked(options, (pid) => !isAlive(pid));
    return await walk(new Narrator(options, interruption), options);
  } finally {
    await removeMarked(options, (pid) => pid === process.pid);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A tour that is interrupted ends by its ordinary way out, before the next command. A reader that goes away (`npm start | head`) is no reason to leave containers behind either.
 */
function keepTidyWhenInterrupted() {
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => interruption.abort(name));
  process.stdout.on("error", () => {
    // Nobody reads any more.
  });
  return interruption.signal;
}

/** The user's, not the clone's: tours of all clones use one store. */
function cacheFolder() {
  const { XDG_CACHE_HOME: cache } = process.env;
  return path.join(cache && path.isAbsolute(cache) ? cache : path.join(homedir(), ".cache"), "stowage");
}

/** The same place as the program's own default, made absolute since the tour runs elsewhere. */
function defaultStore() {
  const { STOWAGE_DIR: given, XDG_DATA_HOME: data } = process.env;
  if (given) return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
  return path.join(
    data && path.isAbsolute(data) ? data : path.join(homedir(), ".local/share"),
    "stowage/containers",
  );
}

async function walk(narrator, options) {
  const { web, db, shop } = await freeNames(options);
  const words = (text) => text.split(" ");
  const mark = `${MARK}=${process.pid}`;
  const text = '{"tier":"frontend","replicas":2}';
  narrator.say(
    "Stowage keeps the records of containers: the files, bytes and locks that podman's library uses.",
  );
  narrator.say(`No server and no root: the store is the folder ${options.env.STOWAGE_DIR}`);

  narrator.why("A container is a record with names, metadata, flags, and files that belong to it.");
  const first = words("create docker.io/library/nginx:1.27 --layer layer-web --data config.json=config.json");
  const { stdout } = await narrator.run([
    ...first,
    "--name",
    web,
    "--metadata",
    '{"tier":"frontend"}',
    "--flag",
    mark,
  ]);
  narrator.why("A volatile one may be forgotten after a crash, so saving it costs no sync.");
  const second = words("create docker.io/library/postgres:17 --layer layer-db --volatile");
  await narrator.run([...second, "--name", db, "--flag", mark]);
  narrator.why("Both are there, for every process that opens this store.");
  await narrator.run(["ls"]);
  narrator.check("names after creating", await ownNames(options), [[web], [db]]);

  narrator.why("Found by its name, the whole record as it is on disk …");
  await narrator.run(["inspect", web]);
  narrator.why("… by the first digits of its id …");
  await narrator.run(["metadata", "get", stdout.slice(0, 12)]);
  narrator.why("… and by the layer it stands on.");
  const byLayer = await narrator.run(["name", "ls", "layer-web"]);
  narrator.check("names by layer", byLayer.stdout.trim(), web);

  narrator.why(
    "Renamed: from now on only the new name leads to it; scripts see exit code 1 for the old one.",
  );
  await narrator.run(["name", "set", web, shop]);
  await narrator.run(["exists", web], { expected: 1 });
  narrator.check("names after renaming", await ownNames(options), [[shop], [db]]);

  narrator.why("Metadata is a text of your own.");
  await narrator.run(["metadata", "set", shop, text]);
  const metadata = await narrator.run(["metadata", "get", shop]);
  narrator.check("metadata", metadata.stdout.trim(), text);
  narrator.why(
    "Big data are files, with their size and SHA-256 kept in the record, and read back byte for byte.",
  );
  await narrator.run(["data", "digest", shop, "config.json"]);
  const data = await narrator.run(["data", "get", shop, "config.json"]);
  narrator.check("big data", data.stdout, CONFIG);

  narrator.why("Deleted: the record first, then its files.");
  await narrator.run(["rm", db]);
  narrator.check("names after deleting", await ownNames(options), [[shop]]);
  narrator.why("Is everything in order on disk?");
  await narrator.run(["check"]);
  narrator.why("The tour takes its last container away again.");
  await narrator.run(["rm", shop]);
  narrator.check("names at the end", await ownNames(options), []);

  narrator.say(
    `\nDone: ${narrator.checks} times the store was compared with what was asked for, without a difference.`,
  );
  narrator.say("Next: `npm start -- --graph-root ROOT --driver NAME` lists a store of podman's, read-only;");
  narrator.say(`      \`node ${path.relative(root, programFile())} --help\` has the commands.`);
  return 0;
}

async function records(options) {
  return JSON.parse((await stowageOk(["--json", "ls"], options)).stdout);
}

/** The names of this tour's containers, in the order of their creation. */
async function ownNames(options) {
  return (await records(options))
    .filter((record) => record.flags?.[MARK] === process.pid)
    .sort((a, b) => (a.created < b.created ? -1 : 1))
    .map((record) => record.names ?? []);
}

/** Plain names, unless the user has one of them. */
async function freeNames(options) {
  const taken = new Set((await records(options)).flatMap((record) => record.names ?? []));
  const plain = ["tour-web", "tour-db", "tour-shop"];
  const rest = plain.some((name) => taken.has(name)) ? `-${process.pid}` : "";
  const [web, db, shop] = plain.map((name) => name + rest);
  return { web, db, shop };
}

/** Removes the tour's containers of the processes that are meant; says nothing when there is no store. */
async function removeMarked(options, isMeant) {
  const { code, stdout } = await stowage(["--json", "ls"], options);
  if (code !== 0) return;
  for (const record of JSON.parse(stdout)) {
    const pid = record.flags?.[MARK];
    if (pid !== undefined && isMeant(Number(pid))) await stowage(["rm", record.id], options);
  }
}
