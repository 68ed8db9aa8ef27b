import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";

import { peer, runProcess, seededRandom } from "@stowage/test-kit";
import type { SeededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { goErrorName } from "@stowage/store";
import { bench } from "./support/program.ts";
import type { Bench } from "./support/program.ts";

const { found: programs, reason } = peer();
const withPrograms = describe.skipIf(reason !== undefined);

/** Debian's `containers-storage` on a storage tree of the test's own. */
function realProgram(place: Bench) {
  const tree = { root: path.join(place.folder, "root"), run: path.join(place.folder, "run") };
  const run = async (...args: string[]): Promise<string> => {
    const options = ["-s", "vfs", "-g", tree.root, "-R", tree.run];
    const result = await runProcess(programs?.containersStorage ?? "", [...options, ...args]);
    if (result.code !== 0)
      throw new Error(`containers-storage ${args.join(" ")}: ${result.stderr}${result.stdout}`);
    return result.stdout;
  };
  return { ...tree, run };
}

withPrograms("a store made by containers-storage", () => {
  it("is listed, read and changed, and the real program sees what we did", async () => {
    await using place = await bench();
    const real = realProgram(place);
    const id = (await real.run("create-container", "-n", "web", "-m", "<meta>", "")).split("\n")[0] ?? "";
    const tree = ["--graph-root", real.root];

    const theirs = JSON.parse(await real.run("containers", "-j")) as Record<string, unknown>[];
    const ours = await place.json<Record<string, unknown>[]>(...tree, "ls");
    // The record itself, and what the program says of it beside.
    expect(ours).toEqual(
      theirs.map((record) => ({ ...record, volatileStore: false, imageNames: [], missing: [] })),
    );
    expect(await place.done(...tree, "metadata", "get", "web")).toBe("<meta>");
    expect(await place.done(...tree, "--read-only", "ls", "-q", "--no-trunc")).toBe(`${id}\n`);

    await place.done(...tree, "name", "add", "web", "www");
    await place.runWith({ input: "by us" }, ...tree, "data", "set", "web", "MyData");
    const two = (await place.done(...tree, "create", "--name", "two", "--flag", "a=1e21")).trimEnd();
    expect(await real.run("get-names", id)).toBe("www\nweb\n");
    expect(await real.run("get-container-data", id, "MyData")).toBe("by us");
    const after = JSON.parse(await real.run("containers", "-j")) as { id: string }[];
    expect(after.map((record) => record.id)).toEqual([id, two]);
    expect(await place.json<object[]>(...tree, "ls")).toEqual(
      after.map((record) => ({ ...record, volatileStore: false, imageNames: [], missing: [] })),
    );
    await real.run("delete-container", two);
    expect(await place.run(...tree, "exists", two)).toMatchObject({ code: 1 });

    const refused = await place.run(...tree, "ls", "--lock", "portable");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^stowage: .*kernel.*\n$/);
  });

  it("is waited for while the Go library holds its lock, and the holder is named", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const lockFile = path.join(place.dir, "containers.lock");
    const holder = spawn(programs?.peer ?? "", [
      "lock",
      "--file",
      lockFile,
      "--type",
      "w",
      "--hold-ms",
      "60000",
    ]);
    const gone = once(holder, "exit");
    try {
      await once(holder.stdout, "data");
      const result = await place.run("rm", "one", "--lock-timeout", "100");
      expect(result.code).toBe(4);
      expect(result.stderr).toMatch(new RegExp(`peer.*pid ${holder.pid}|pid ${holder.pid}.*peer`));
    } finally {
      holder.kill("SIGKILL");
      await gone;
    }
    expect(await place.run("rm", "one")).toMatchObject({ code: 0 });
  });
});

interface Reply {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: string;
  readonly errno?: string;
  readonly message?: string;
}

withPrograms("batch beside the Go library's driver", () => {
  it("gives the same replies, line by line, and leaves the same files", async () => {
    await using place = await bench();
    await compareReplies(place, sameRequests());
    const file = (who: string, name: string): string =>
      readFileSync(path.join(place.folder, who, "store", name), "utf8").replace(
        /"created":"[^"]*"/g,
        '"created":"-"',
      );
    for (const name of ["containers.json", "volatile-containers.json"]) {
      expect(file("ours", name)).toBe(file("theirs", name));
    }
  });

  it.each([1, 2])("gives the same replies to 1,000 random requests (seed %i)", async (seed) => {
    await using place = await bench();
    await compareReplies(place, randomRequests(seededRandom(seed), 1000));
  });
});

/** The same requests to both programs, each with a store of its own. */
async function compareReplies(place: Bench, requests: readonly object[]): Promise<void> {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  const dirOf = (who: string): string => path.join(place.folder, who, "store");
  const ours = await place.runWith({ input }, "--dir", dirOf("ours"), "batch");
  const theirs = await runProcess(programs?.peer ?? "", ["drive", "--dir", dirOf("theirs")], { input });
  expect([ours.code, theirs.code]).toEqual([0, 0]);
  const ourReplies = repliesIn(ours.stdout).map((reply) =>
    reply.ok ? reply : { ...reply, error: goErrorName(reply.error ?? "") },
  );
  const theirReplies = repliesIn(theirs.stdout);
  for (const [index, reply] of theirReplies.entries()) {
    expect(ourReplies[index], `${index}: ${JSON.stringify(requests[index])}`).toEqual(reply);
  }
  expect(ourReplies).toHaveLength(theirReplies.length);
}

/** Without what may differ: the moment of creation, and the wording of messages. */
function repliesIn(text: string): readonly Reply[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { message: _message, ...reply } = JSON.parse(
        line.replace(/"created":"[^"]*"/g, '"created":"-"'),
      ) as Reply;
      return reply;
    });
}

/** Any requests over few ids, names, keys and values, so that they meet each other. */
function randomRequests(random: SeededRandom, count: number): readonly object[] {
  const ids = ["a1", "a12", "b2", "b3", "c".repeat(64)];
  // Each has a layer of its own: Go forgets one that two share, which we do not.
  let layers = 0;
  const names = ["web", "www", "db", "a1x", "容器"];
  const keys = ["config.json", "MyData", "héllo", "x y", ""];
  const { pick } = random;
  const some = <T>(from: readonly T[]): T[] => from.filter(() => random.integer(3) === 0);
  const base64 = (): string => Buffer.from("x".repeat(random.integer(41))).toString("base64");
  const ref = (): string =>
    pick([...ids, ...names, "a", "b", "cc", "nobody", `layer-${random.integer(layers + 1)}`]);
  const makers: readonly (() => object)[] = [
    () => ({
      op: "create",
      id: pick(ids),
      names: some(names),
      layer: `layer-${(layers += 1)}`,
      metadata: pick(["", "m", "<&>"]),
      flags: pick<object | null>([null, {}, { f: 1e21 }]),
      volatile: random.chance(0.3),
      bigData: some(keys.slice(0, 4)).map((key) => ({ key, base64: base64() })),
    }),
    () => ({ op: "delete", id: ref() }),
    () => ({ op: pick(["get", "exists", "lookup", "metadata", "bigDataNames"]), id: ref() }),
    () => ({ op: "truncGet", prefix: ref() }),
    () => ({ op: pick(["setNames", "addNames", "removeNames"]), id: ref(), names: some(names) }),
    () => ({ op: "setMetadata", id: ref(), metadata: pick(["", "new", "\u2028"]) }),
    () => ({
      op: "setFlag",
      id: ref(),
      flag: pick(["f", "g"]),
      value: pick<unknown>([1, -0, "t", [null], { k: 1e-7 }]),
    }),
    () => ({ op: "clearFlag", id: ref(), flag: pick(["f", "g"]) }),
    () => ({ op: "setBigData", id: ref(), key: pick(keys), base64: base64() }),
    () => ({ op: pick(["bigData", "bigDataSize", "bigDataDigest"]), id: ref(), key: pick(keys) }),
    () => ({ op: pick(["list", "list", "gc"]) }),
  ];
  return Array.from({ length: count }, () => pick(makers)());
}

/** Requests whose replies must not differ: what we do better on purpose is not among them. */
function sameRequests(): readonly object[] {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return [
    { op: "list" },
    {
      op: "create",
      id: "aa1",
      names: ["web", "www", "web"],
      image: "i",
      layer: "l1",
      metadata: '{"<a>":"\u2028é😀"}',
    },
    {
      op: "create",
      id: "aa2",
      flags: { b: 1e21, a: 1e-7, z: -0, n: null, o: { "<": [1, "x"] } },
      mountOpts: ["ro", "nodev"],
    },
    { op: "create", id: "bb1", volatile: true, names: ["scratch"] },
    { op: "create", id: "aa1" },
    { op: "create", id: "cc1", names: ["www"] },
    {
      op: "create",
      id: "cc2",
      uidmap: [{ container_id: 0, host_id: 100, size: 10 }],
      gidmap: [{ container_id: 0, host_id: 1, size: 1 }],
    },
    {
      op: "create",
      id: "cc3",
      uidmap: [
        { container_id: 0, host_id: 1, size: 5 },
        { container_id: 2, host_id: 9, size: 5 },
      ],
    },
    {
      op: "create",
      id: "dd1",
      bigData: [
        { key: "config.json", base64: base64("{}") },
        { key: "MyData", base64: base64("x") },
      ],
    },
    { op: "get", id: "web" },
    { op: "get", id: "l1" },
    { op: "get", id: "aa" },
    { op: "get", id: "bb" },
    { op: "get", id: "" },
    { op: "lookup", name: "www" },
    { op: "lookup", id: "nobody" },
    { op: "truncGet", prefix: "" },
    { op: "truncGet", prefix: "aa" },
    { op: "truncGet", prefix: "dd" },
    { op: "truncGet", prefix: "zz" },
    { op: "exists", id: "scratch" },
    { op: "exists", id: "nobody" },
    { op: "setMetadata", id: "web", metadata: "lone \ud800 and <&>" },
    { op: "metadata", id: "web" },
    { op: "metadata", id: "nobody" },
    { op: "addNames", id: "aa2", names: ["n1", "n2", "n1"] },
    { op: "addNames", id: "aa2", names: ["www"] },
    { op: "setNames", id: "cc2", names: ["n2", "own"] },
    { op: "removeNames", id: "aa2", names: ["n1", "never"] },
    { op: "setNames", id: "nobody", names: [] },
    { op: "setFlag", id: "aa1", flag: "list", value: [1, 2.5, "x", true, null] },
    { op: "setFlag", id: "aa1", flag: "nothing" },
    { op: "clearFlag", id: "aa2", flag: "b" },
    { op: "clearFlag", id: "aa2", flag: "never" },
    { op: "setBigData", id: "aa1", key: "héllo", base64: base64("grüße") },
    { op: "setBigData", id: "aa1", key: "", base64: "" },
    { op: "setBigData", id: "nobody", key: "k", base64: "" },
    { op: "setBigData", id: "aa1", key: "k", base64: "***" },
    { op: "bigData", id: "aa1", key: "héllo" },
    { op: "bigData", id: "aa1", key: "missing" },
    { op: "bigData", id: "aa1", key: "" },
    { op: "bigDataSize", id: "dd1", key: "config.json" },
    { op: "bigDataSize", id: "dd1", key: "missing" },
    { op: "bigDataDigest", id: "dd1", key: "MyData" },
    { op: "bigDataDigest", id: "dd1", key: "missing" },
    { op: "bigDataNames", id: "dd1" },
    { op: "bigDataNames", id: "bb1" },
    { op: "fly" },
    { op: "list" },
    { op: "delete", id: "cc2" },
    { op: "delete", id: "cc2" },
    { op: "gc" },
    { op: "list" },
  ];
}
