import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { expect, it } from "vitest";

import { bench } from "./support/program.ts";
import { startWatch } from "./support/watch.ts";
import { schemaFiles, violations } from "./support/schemas.ts";

it("every --json output obeys its schema, and every schema is tried", async () => {
  await using place = await bench();
  const tried = new Set<string>();
  const obeys = (name: string, document: unknown): void => {
    tried.add(name);
    expect(violations(name, document), `${name}: ${JSON.stringify(document)}`).toBeUndefined();
  };
  const printed = async (name: string, ...args: string[]): Promise<void> => {
    const { stdout, stderr } = await place.run(...args, "--json");
    if (stdout === "") throw new Error(`stowage ${args.join(" ")} printed nothing: ${stderr}`);
    obeys(name, JSON.parse(stdout));
  };
  const failed = async (code: string, ...args: string[]): Promise<void> => {
    const { stderr } = await place.run(...args, "--json");
    const document = JSON.parse(stderr) as { error: { code: string } };
    obeys("error", document);
    expect(document.error.code).toBe(code);
  };
  writeFileSync(path.join(place.folder, "file"), "content");

  await printed(
    "record",
    "create",
    "--name",
    "web",
    "--flag",
    "a=[1]",
    "--uidmap",
    "0:1000:10",
    "--data",
    "k=file",
  );
  await printed("record", "create", "image", "--name", "second", "--volatile", "--metadata", "{}");
  await printed("ls", "ls");
  await printed("inspect", "inspect", "web", "second");
  await printed("exists", "exists", "web", "nobody");
  for (const words of [
    ["ls", "web"],
    ["add", "web", "www"],
    ["rm", "web", "www"],
    ["set", "web", "web"],
  ]) {
    await printed("name", "name", ...words);
  }
  await printed("metadata-set", "metadata", "set", "web", "text");
  await printed("metadata-get", "metadata", "get", "web");
  for (const words of [
    ["ls", "web"],
    ["set", "web", "b={}"],
    ["clear", "web", "b"],
  ]) {
    await printed("flag", "flag", ...words);
  }
  await printed("data-set", "data", "set", "web", "more", "file");
  await printed("data-ls", "data", "ls", "web");
  await printed("data-get", "data", "get", "web", "k");
  await printed("data-get", "data", "get", "web", "k", "copy");
  await printed("data-size", "data", "size", "web", "k");
  await printed("data-digest", "data", "digest", "web", "k");
  await printed("data-verify", "data", "verify", "web", "k", "unheard-of");
  await printed("data-set", "data", "copy", "web", "k", "second");
  await printed("data-ls", "data", "rm", "second", "k");
  await printed("data-get", "data", "get", "web", "k", "--range", "1:4");
  await printed("tree", "tree");
  await printed("df", "df");
  await printed("stats", "stats");
  await printed("lock-status", "lock", "status");
  await printed("export", "export", "archive.tar");
  for (const rule of ["skip", "rename"])
    await printed("import", "import", "archive.tar", "--on-conflict", rule);
  await printed("import", "--dir", "elsewhere", "import", "archive.tar");

  await failed("ERR_CONTAINER_UNKNOWN", "inspect", "nobody");
  await failed("ERR_DUPLICATE_NAME", "create", "--name", "web");
  await failed("ERR_IMAGES_UNAVAILABLE", "create", "--image", "alpine");
  await failed("ERR_USAGE", "wipe");
  await failed("ERR_UNKNOWN_FILTER", "ls", "--filter", "nme=x");
  await failed("ERR_QUOTA_EXCEEDED", "data", "set", "web", "new", "file", "--quota", "1");
  await failed("ERR_FILE", "data", "set", "web", "k", "no-such-file");

  mkdirSync(path.join(place.dir, "f".repeat(64)));
  writeFileSync(path.join(place.dir, "f".repeat(64), "x"), "x");
  await printed("check", "check");
  await printed("repair", "repair", "--dry-run");
  await printed("gc", "gc", "--dry-run");
  await printed("gc", "gc");
  await using watch = await startWatch(place, "--existing", "--json");
  obeys("watch", JSON.parse(await watch.line()));
  const { findings } = { findings: (await place.run("check", "--json")).stdout };
  for (const finding of (JSON.parse(findings) as { findings: unknown[] }).findings) obeys("finding", finding);
  tried.add("finding");
  // It goes on until it is ended: ui.test.ts holds its line against its schema.
  tried.add("ui");
  const requests = [
    '{"op":"list"}',
    '{"op":"get","id":"nobody"}',
    '{"op":"exists","id":"web"}',
    "no request",
  ];
  const replies = (await place.runWith({ input: `${requests.join("\n")}\n` }, "batch")).stdout
    .trim()
    .split("\n");
  expect(replies).toHaveLength(requests.length);
  for (const reply of replies) obeys("batch-reply", JSON.parse(reply));
  await printed("rm", "rm", "web");
  await printed("wipe", "wipe", "--yes");

  // The store's own files.
  writeFileSync(path.join(place.dir, "containers.json"), "[{");
  await printed("check", "check");
  await failed("ERR_STORE_DAMAGED", "ls");

  const published = [...schemaFiles.keys()].filter((file) => file.includes("/cli/schema/"));
  expect([...tried].toSorted()).toEqual(published.map((file) => path.basename(file, ".json")).toSorted());
});

it.each([
  ["ls", {}],
  ["ls", [{ id: "a" }]],
  ["record", { id: "a", image: "", layer: "", created: "2024-01-01T00:00:00Z" }],
  ["rm", { ids: [1] }],
  ["rm", { ids: [], more: 1 }],
  ["exists", { web: "yes" }],
  ["data-size", { id: "a", key: "k", size: "1" }],
  ["data-get", { id: "a", key: "k", size: 1 }],
  ["check", { dir: "/", findings: [{ code: "CHECK_X" }] }],
  ["gc", { removed: [], kept: [], bytes: 1.5, dryRun: false }],
  ["error", { error: { code: "wrong", message: "" } }],
  ["error", { code: "ERR_IO", message: "" }],
  ["batch-reply", { ok: true }],
])("the schema %s refuses %j", (name, document) => {
  expect(violations(name, document)).toBeDefined();
});
