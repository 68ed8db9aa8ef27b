import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseTemplate } from "../src/render/template.ts";
import { bench } from "./support/program.ts";
import type { Bench } from "./support/program.ts";
import { violations } from "./support/schemas.ts";

async function three(): Promise<Bench> {
  const place = await bench();
  await place.done("create", "postgres", "--id", "one", "--name", "db", "--flag", "tier=back", "--volatile");
  await place.done("create", "nginx", "--id", "two", "--name", "web-1", "--data", "k=/dev/null");
  await place.done(
    "create",
    "nginx",
    "--id",
    "three",
    "--name",
    "web-2",
    "--metadata",
    '{"pod":{"id":"p1"}}',
  );
  return place;
}

const ids = async (place: Bench, ...args: string[]): Promise<string[]> =>
  (await place.done("ls", "-q", ...args)).split("\n").slice(0, -1);

describe("ls selects", () => {
  it("by filters: of one key any, of different keys all, and the opposite", async () => {
    await using place = await three();
    expect((await ids(place, "-f", "name=^web", "--filter", "image=nginx")).sort()).toEqual(["three", "two"]);
    expect((await ids(place, "-f", "name=^db$", "-f", "name=-1$")).sort()).toEqual(["one", "two"]);
    expect(await ids(place, "-f", "image=nginx", "-f", "has-data!=true")).toEqual(["three"]);
    expect(await ids(place, "-f", "metadata=pod.id=p1")).toEqual(["three"]);
    expect(await ids(place, "-f", "volatile=true", "-f", "flag=tier=back")).toEqual(["one"]);
    expect((await ids(place, "-f", "since=db")).sort()).toEqual(["three", "two"]);
    expect(await place.json("ls", "-f", "id=th")).toMatchObject([{ id: "three" }]);
  });

  it("the newest, in the order that is wanted", async () => {
    await using place = await three();
    expect(await ids(place, "-n", "2")).toEqual(["three", "two"]);
    expect(await ids(place, "-n", "2", "--reverse")).toEqual(["two", "three"]);
    expect(await ids(place, "--last", "2", "--sort", "name")).toEqual(["two", "three"]);
    expect(await ids(place, "--last", "2", "--sort", "id", "--reverse")).toEqual(["two", "three"]);
    expect(await ids(place, "--sort", "name", "--reverse")).toEqual(["three", "two", "one"]);
    expect(await ids(place, "-n", "0")).toEqual([]);
    for (const alias of ["ps", "list"]) {
      expect(await place.done(alias, "-q", "-n", "1")).toBe("three\n");
    }
  });

  it.each([
    [["-f", "nme=web"], /did you mean|the filters are/],
    [["-f", "volatile=perhaps"], /volatile/],
    [["-f", "name=("], /name/],
    [["--sort", "colour"], /created, name/],
    [["-n", "-1"], /whole number/],
    [["--format", "{{.Id}}"], /did you mean \.ID\?/],
    [["--format", "{{.Nmes}}"], /did you mean \.Names\?/],
    [["--format", "{{range .Names}}"], /does not know \{\{range \.Names\}\}/],
    [["--format", "{{.ID"], /without its \}\}/],
    [["--format", ""], /empty/],
    [["--format", "JSON"], /did you mean json\?/],
    [["--format", "tabel"], /did you mean table\?/],
    [["--format", "json "], /did you mean json/],
    [["--format", "table", "--json"], /use one of them/],
  ])("%j is wrong usage, and told in one line", async (args, message) => {
    await using place = await three();
    const { code, stdout, stderr } = await place.run("ls", ...args);
    expect([code, stdout, stderr.split("\n").length, stderr.length > 0]).toEqual([2, "", 2, true]);
    expect(
      args.includes("--json") ? (JSON.parse(stderr) as { error: { hint: string } }).error.hint : stderr,
    ).toMatch(message);
  });

  it("a wrong filter is wrong where no store was made yet, too", async () => {
    await using place = await bench();
    expect(await place.run("ls", "-f", "nme=web")).toMatchObject({ code: 2 });
    expect(await place.done("ls", "-f", "name=web", "--format", "{{.ID}}")).toBe("");
  });
});

describe("ls --format", () => {
  it("prints JSON whole, in lines, and indented", async () => {
    await using place = await three();
    const json = await place.json("ls");
    const lines = (await place.done("ls", "--format", "ndjson")).split("\n").slice(0, -1);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(json);
    expect(await place.done("ls", "--format", "ndjson", "--json")).toBe(`${lines.join("\n")}\n`);
    for (const line of lines) expect(violations("record", JSON.parse(line))).toBeUndefined();
    const indented = await place.done("ls", "--format", "json");
    expect(JSON.parse(indented)).toEqual(json);
    expect(indented).toMatch(/^\[\n {4}\{\n/);
  });

  it("fills templates, also before -q", async () => {
    await using place = await three();
    const format = async (template: string, ...args: string[]): Promise<string> =>
      await place.done("ls", "-f", "id=two", "--format", template, ...args);
    expect(await format("{{.ID}}\\t{{ .Names }}\\n{{json .Names}} {{.Size}}", "-q")).toBe(
      'two\tweb-1\n["web-1"] 0B\n',
    );
    expect(
      await format("{{.Image}} {{.ImageID}}{{.Layer}} {{.Data}} {{.Volatile}} {{.Flags}}|{{.Metadata}}"),
    ).toBe("nginx nginx k false {}|\n");
    expect(JSON.parse(await format("{{json .}}"))).toEqual(
      (await place.json<unknown[]>("ls", "-f", "id=two"))[0],
    );
    expect(await format("table {{.Names}}\\t{{.CreatedAt}}")).toMatch(/^NAMES +CREATED AT\nweb-1 {3}\d{4}-/);
    expect(await format("plain")).toBe("plain\n");
  });

  it("never lets what is stored steer a terminal", async () => {
    await using place = await bench();
    const evil = "a\u001b[2J\nb";
    await place.done("create", "--id", "one", "--name", evil);
    for (const format of ["{{.Names}}", "{{json .Names}}", "table {{.Names}}", "{{json .}}"]) {
      const shown = await place.done("ls", "--format", format);
      // eslint-disable-next-line no-control-regex
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
      expect(shown.split("\n")).toHaveLength(format.startsWith("table") ? 3 : 2);
    }
  });

  it("any text without braces and backslashes stands in it as it is", () => {
    const fields = { named: new Map([["A", { text: (row: string) => row }]]), whole: (row: string) => row };
    const plain = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[{}\\]/g, ""));
    fc.assert(
      fc.property(plain, plain, fc.stringMatching(/^[a-z]*$/), (before, after, value) => {
        expect(parseTemplate(`${before}{{.A}}${after}`, fields)(value)).toBe(before + value + after);
        expect(parseTemplate(`${before}{{json .A}}${after}`, fields)(value)).toBe(
          `${before}${JSON.stringify(value)}${after}`,
        );
      }),
    );
  });
});
