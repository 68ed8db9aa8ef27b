import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { Narrator } from "./narrator.mjs";
import { stowage, stowageOk } from "./program.mjs";
import { showStore } from "./show-store.mjs";

/** The tour's own containers carry this flag, so that it never touches anybody else's. */
const MARK = "stowage-tour";
const LEFT_OVER_MS = 10 * 60_000;

/** The main job from end to end; or, when a store is named, a look at that store. Resolves to the exit code. */
export async function tour(args) {
  if (args.length > 0) return showStore(args);

  const folder = mkdtempSync(path.join(tmpdir(), "stowage-tour-"));
  const options = { cwd: folder, env: { STOWAGE_DIR: defaultStore() } };
  try {
    writeFileSync(path.join(folder, "config.json"), '{"ociVersion":"1.2.0","hostname":"web"}\n');
    await sweepLeftOvers(options);
    return await walk(new Narrator(options), options);
  } finally {
    await removeOwn(options, () => true);
    rmSync(folder, { recursive: true, force: true });
  }
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
  narrator.say(
    "Stowage keeps the records of containers: the same files, bytes and locks as podman's library.",
  );
  narrator.say(`No server and no root: the store is the folder ${options.env.STOWAGE_DIR}`);

  const mark = `${MARK}=${process.pid}`;
  const created = await narrator.run(
    "A container is a record with names, metadata, flags, and files that belong to it.",
    [
      ...["create", "docker.io/library/nginx:1.27", "--layer", "layer-web", "--name", web],
      ...["--metadata", '{"tier":"frontend"}', "--flag", mark, "--data", "config.json=config.json"],
    ],
  );
  const id = created.stdout.trim();
  await narrator.run("A volatile one may be forgotten after a crash, so saving it costs no sync.", [
    ...[
      "create",
      "docker.io/library/postgres:17",
      "--layer",
      "layer-db",
      "--name",
      db,
      "--flag",
      mark,
      "--volatile",
    ],
  ]);
  await narrator.run("Both are there, for every process that opens this store.", ["ls"]);
  narrator.check("names after creating", await ownNames(options), [[web], [db]]);

  await narrator.run("Found by its name, the whole record as it is on disk …", ["inspect", web]);
  const byPrefix = await narrator.run("… by the first digits of its id …", [
    "--json",
    "exists",
    id.slice(0, 12),
  ]);
  narrator.check("lookup by id prefix", byPrefix.code, 0);
  await narrator.run("… and by the layer it stands on.", ["name", "ls", "layer-web"]);

  await narrator.run("Renamed: from now on only the new name leads to it.", ["name", "set", web, shop]);
  await narrator.run("The old one says so, with exit code 1 for scripts.", ["exists", web], { expected: 1 });
  narrator.check("names after renaming", await ownNames(options), [[shop], [db]]);

  await narrator.run("Metadata is a text of your own.", [
    "metadata",
    "set",
    shop,
    '{"tier":"frontend","replicas":2}',
  ]);
  const metadata = await stowageOk(["metadata", "get", shop], options);
  narrator.check("metadata", metadata.stdout.trim(), '{"tier":"frontend","replicas":2}');
  await narrator.run("Big data are files, with their size and SHA-256 kept in the record.", [
    ...["data", "digest", shop, "config.json"],
  ]);
  const data = await narrator.run("Read back, byte for byte.", ["data", "get", shop, "config.json"]);
  narrator.check("big data", data.stdout, '{"ociVersion":"1.2.0","hostname":"web"}\n');

  await narrator.run("Deleted: the record first, then its files.", ["rm", db]);
  narrator.check("names after deleting", await ownNames(options), [[shop]]);
  await narrator.run("Is everything in order on disk?", ["check"]);
  await narrator.run("The tour takes its last container away again.", ["rm", shop]);
  narrator.check("names at the end", await ownNames(options), []);

  narrator.say(
    `\nDone: ${narrator.checks} comparisons of what was asked with what the store holds, all equal.`,
  );
  narrator.say(
    "Next: `npm start -- --graph-root ROOT --driver overlay` lists a store of podman's, read-only;",
  );
  narrator.say("      `npx stowage --help` has the commands.");
  return 0;
}

async function records(options) {
  const { stdout } = await stowageOk(["--json", "ls"], options);
  const parsed = JSON.parse(stdout);
  return Array.isArray(parsed) ? parsed : parsed.containers;
}

async function own(options) {
  return (await records(options)).filter((record) => record.flags?.[MARK] !== undefined);
}

/** The names of this tour's containers, in the order of their creation. */
async function ownNames(options) {
  return (await own(options))
    .filter((record) => String(record.flags[MARK]) === String(process.pid))
    .sort((a, b) => (a.created < b.created ? -1 : 1))
    .map((record) => record.names ?? []);
}

/** Plain names, unless another tour or the user has them. */
async function freeNames(options) {
  const taken = new Set((await records(options)).flatMap((record) => record.names ?? []));
  const free = (name) => (taken.has(name) ? `${name}-${process.pid}` : name);
  return { web: free("tour-web"), db: free("tour-db"), shop: free("tour-shop") };
}

/** A tour that was interrupted leaves its containers; one that is under way may be under way elsewhere. */
async function sweepLeftOvers(options) {
  await removeOwn(options, (record) => Date.now() - Date.parse(record.created) > LEFT_OVER_MS, {
    others: true,
  });
}

async function removeOwn(options, wanted, { others = false } = {}) {
  const { code, stdout } = await stowage(["--json", "ls"], options);
  if (code !== 0 || stdout === "") return;
  const parsed = JSON.parse(stdout);
  for (const record of Array.isArray(parsed) ? parsed : parsed.containers) {
    const mark = record.flags?.[MARK];
    if (mark === undefined || (!others && String(mark) !== String(process.pid)) || !wanted(record)) continue;
    await stowage(["rm", record.id], options);
  }
}
