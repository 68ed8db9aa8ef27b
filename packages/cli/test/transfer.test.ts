import { once } from "node:events";
import {
  createWriteStream,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

import { runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { bench, programFile } from "./support/program.ts";
import type { Bench } from "./support/program.ts";
import { hasTerminals, startOnTerminal } from "./support/terminal.ts";

async function filled(): Promise<Bench> {
  const place = await bench();
  writeFileSync(path.join(place.folder, "file"), Buffer.alloc(300_000, "data"));
  await place.done("create", "nginx", "--id", "one", "--name", "web", "--data", "k=file");
  await place.done("create", "--id", "two", "--name", "db", "--volatile");
  return place;
}

interface Imported {
  readonly steps: readonly { readonly id: string; readonly outcome: string; readonly container: unknown }[];
}

describe("export and import", () => {
  it("carry a store over, and leave alone what is there", async () => {
    await using place = await filled();
    const exported = await place.run("export", "backup.tar");
    expect(exported).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "stowage: exported 2 containers, 300kB of big data\n",
    });
    expect(statSync(path.join(place.folder, "backup.tar")).mode & 0o777).toBe(0o600);
    const to = ["--dir", "elsewhere"];
    expect(await place.done(...to, "import", "backup.tar")).toBe("created one web\ncreated two db\n");
    expect(await place.json(...to, "ls")).toEqual(await place.json("ls"));
    expect((await place.run(...to, "data", "get", "web", "k")).stdoutBytes).toEqual(
      readFileSync(path.join(place.folder, "file")),
    );
    expect(await place.done(...to, "import", "backup.tar")).toBe("unchanged one web\nunchanged two db\n");
    expect(await place.done(...to, "import", "-q", "backup.tar")).toBe("");
    expect(await place.done(...to, "check")).toContain("nothing is wrong");
  });

  it("go through a pipe, and take what a filter says", async () => {
    await using place = await filled();
    const program = `'${process.execPath}' '${await programFile}' --dir`;
    const script = `${program} '${place.dir}' export -q - | ${program} '${place.folder}/b' import -q -f name=^w -`;
    expect(await runProcess("sh", ["-c", script])).toMatchObject({ code: 0, stdout: "one\n", stderr: "" });
    await place.done("export", "-f", "volatile=true", "some.tar");
    expect(await place.done("--dir", "c", "import", "some.tar")).toBe("created two db\n");
    expect((await place.done("export", "--format", "ndjson", "-", "-q")).trimEnd().split("\n")).toHaveLength(
      2,
    );
    expect(await place.run("export", "-f", "nme=x", "some.tar")).toMatchObject({ code: 2 });
  });

  it("say what a clash is, and follow the rule that is given", async () => {
    await using place = await filled();
    await place.done("export", "backup.tar", "-q");
    await place.done("name", "set", "one", "other");
    await place.done("metadata", "set", "one", "other");
    const refused = await place.run("import", "backup.tar");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^stowage: .*one.*--on-conflict skip, rename or replace.*\n$/);
    const outcomes = async (rule: string): Promise<string[]> =>
      (await place.json<Imported>("import", "backup.tar", "--on-conflict", rule)).steps.map(
        ({ id, outcome }) => `${id} ${outcome}`,
      );
    expect(await outcomes("skip")).toEqual(["one skipped", "two unchanged"]);
    expect(await outcomes("rename")).toEqual(["one created", "two unchanged"]);
    expect(await outcomes("replace")).toEqual(["one replaced", "two unchanged"]);
    expect(await place.done("name", "ls", "one")).toBe("web\n");
    expect(await place.run("import", "backup.tar", "--on-conflict", "ask")).toMatchObject({ code: 2 });
  });

  it("tell of items without a file, with exit code 1 and the rest in the archive", async () => {
    await using place = await filled();
    await runProcess("rm", [path.join(place.dir, "one", "k")]);
    const exported = await place.run("export", "backup.tar");
    expect(exported.code).toBe(1);
    expect(exported.stderr).toMatch(/warning: item k of one has no file.*stowage check/);
    expect(await place.done("--dir", "b", "import", "backup.tar", "-q")).toBe("one\ntwo\n");
  });

  it("replace a file whole or not at all", async () => {
    await using place = await filled();
    writeFileSync(path.join(place.folder, "kept.tar"), "kept");
    symlinkSync("kept.tar", path.join(place.folder, "link.tar"));
    writeFileSync(path.join(place.dir, "one", "k"), "not what is recorded");
    const failed = await place.run("export", "link.tar");
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toContain("stowage check");
    expect(readFileSync(path.join(place.folder, "kept.tar"), "utf8")).toBe("kept");
    expect(readdirSync(place.folder).toSorted()).toEqual(["file", "kept.tar", "link.tar", "store"]);
    await place.done("data", "rm", "one", "k");
    await place.done("export", "link.tar", "-q");
    expect(await place.done("--dir", "b", "import", "kept.tar", "-q")).toBe("one\ntwo\n");
  });

  it("say what was wrong with a file", async () => {
    await using place = await filled();
    await place.done("export", "backup.tar", "-q");
    const whole = readFileSync(path.join(place.folder, "backup.tar"));
    writeFileSync(path.join(place.folder, "cut.tar"), whole.subarray(0, 200_000));
    for (const [args, code, message] of [
      [["export", "no/such/folder.tar"], 1, /cannot write no\/such\/folder.tar: no such file/],
      [["export", "-", "--json"], 2, /name a file/],
      [["import", "none.tar"], 1, /cannot read none.tar: no such file/],
      [["import", "."], 1, /cannot read \.: it is a folder/],
      [["--dir", "b", "import", "cut.tar"], 1, /import it again from a whole copy/],
      [["--dir", "b", "import", "file"], 1, /file|archive/],
    ] as const) {
      const result = await place.run(...args);
      expect([result.code, result.stdout]).toEqual([code, ""]);
      expect(result.stderr).toMatch(message);
    }
    expect((await place.run("--dir", "b", "check")).code).toBe(0);
    expect(await place.done("--dir", "b", "import", "backup.tar", "-q")).toBe("one\ntwo\n");
  });
});

describe.skipIf(!hasTerminals)("on a terminal", () => {
  it("an archive is not thrown at it", async () => {
    await using place = await filled();
    const refused = await place.onTerminal(80, { NO_COLOR: "1" }, "export", "-");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^stowage: an archive is no text.*\n$/);
  });

  it("an import shows how far it is, and Ctrl-C leaves a whole store and code 130", async () => {
    await using place = await filled();
    await place.done("export", "backup.tar", "-q");
    const archive = readFileSync(path.join(place.folder, "backup.tar"));
    const half = archive.subarray(0, archive.length / 2);
    for (const [rest, code] of [
      [undefined, 130],
      [archive.subarray(half.length), 0],
    ] as const) {
      const fifo = path.join(place.folder, `fifo${code}`);
      await runProcess("mkfifo", [fifo]);
      const terminal = await startOnTerminal(place, "--dir", "b", "import", fifo);
      const input = createWriteStream(fifo);
      input.on("error", () => undefined);
      await once(input, "open");
      input.write(half);
      await terminal.until(/importing {2}█+░+ +\d+% +[\d.]+kB\/300kB {2}.*left/);
      if (rest === undefined) terminal.type("\u0003");
      else input.end(rest);
      expect(await terminal.ended).toBe(code);
      input.destroy();
      // The line is gone in the end.
      if (code === 0)
        expect(terminal.shown()).toMatch(/\[2Kcreated one web\ncreated two db\nstowage: imported 2/);
      expect((await place.run("--dir", "b", "check")).code).toBe(0);
      expect(readdirSync(path.join(place.folder, "b")).filter((name) => name.includes("tmp"))).toEqual([]);
    }
  });

  it("an export that is ended by Ctrl-C leaves what was there, and nothing else", async () => {
    await using place = await filled();
    // So much of nothing that nobody writes it in a moment.
    truncateSync(path.join(place.dir, "one", "k"), 50e9);
    const file = path.join(place.dir, "containers.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"k":300000', '"k":50000000000'));
    writeFileSync(path.join(place.folder, "kept.tar"), "kept");
    const before = readdirSync(place.dir);
    const terminal = await startOnTerminal(place, "export", "kept.tar");
    await terminal.until(/exporting {2}░+ +0% +[\d.]+[kMG]?B\/50GB/);
    terminal.type("\u0003");
    expect(await terminal.ended).toBe(130);
    expect(readFileSync(path.join(place.folder, "kept.tar"), "utf8")).toBe("kept");
    expect(readdirSync(place.folder).toSorted()).toEqual(["file", "kept.tar", "store"]);
    expect(readdirSync(place.dir)).toEqual(before);
  });

  it("a copy of an item shows how far it is, and Ctrl-C leaves nothing of it", async () => {
    await using place = await filled();
    // So much of nothing that no system copies it in a test.
    truncateSync(path.join(place.dir, "one", "k"), 1e12);
    const before = readdirSync(place.dir);
    const terminal = await startOnTerminal(place, "data", "copy", "web", "k", "db", "big");
    await terminal.until(/copying {2}░+ +0% +[\d.]+[kMG]?B\/1TB {2}.*left/);
    terminal.type("\u0003");
    expect(await terminal.ended).toBe(130);
    expect(readdirSync(place.dir)).toEqual(before);
    expect(await place.done("data", "ls", "db", "-q")).toBe("");
  });

  it("what comes from a pipe is counted, as nobody knows how much it will be", async () => {
    await using place = await filled();
    await runProcess("mkfifo", [path.join(place.folder, "fifo")]);
    const terminal = await startOnTerminal(place, "data", "set", "one", "more", "fifo");
    const input = createWriteStream(path.join(place.folder, "fifo"));
    input.write(Buffer.alloc(2_000_000));
    await terminal.until(/writing {2}2MB {2}/);
    input.end();
    expect(await terminal.ended).toBe(0);
    expect(await place.done("data", "size", "one", "more")).toBe("2000000\n");
  });

  it("quiet and JSON show no progress", async () => {
    await using place = await filled();
    for (const flag of ["--json", "-q"]) {
      const { stdout } = await place.onTerminal(80, {}, "data", "set", "one", "more", "file", flag);
      // eslint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/\u001b|writing/);
    }
  });
});
