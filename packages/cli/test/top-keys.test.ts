import { writeFile } from "node:fs/promises";
import path from "node:path";

import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { bench } from "./support/program.ts";
import { screen, whyNoScreen } from "./support/screen.ts";
import { top, type TopOptions, withoutColours } from "./support/top.ts";

/** Five containers that differ in everything that can be sorted by. */
const five: TopOptions = {
  ...withoutColours,
  prepare: async (place) => {
    const record = (id: string, name: string, created: string, size: number): object => ({
      id,
      names: [name],
      image: `image-of-${name}`,
      layer: "",
      created: `2999-01-0${created}T00:00:00Z`,
      "big-data-names": ["k"],
      "big-data-sizes": { k: size },
      flags: { odd: size % 2 === 1 },
    });
    const records = [
      record("a1", "delta", "3", 50),
      record("b2", "alpha", "1", 40),
      record("c3", "echo", "5", 31),
      record("d4", "bravo", "2", 20),
      record("e5", "charlie", "4", 11),
    ];
    await place.done("create", "--id", "first");
    await writeFile(path.join(place.dir, "containers.json"), JSON.stringify(records), { mode: 0o600 });
  },
};

/** The names in the list, from the first to the last. */
const namesIn = (shown: string): string =>
  [...shown.matchAll(/^[> ].. *[a-e][1-5] +(\w+)/gm)].map(([, name]) => name).join(" ");

describe.skipIf(whyNoScreen !== undefined)(
  `the keys of stowage top${whyNoScreen ? `: ${whyNoScreen}` : ""}`,
  () => {
    it("sort by each key, and the other way round", async () => {
      await using at = await top(five);
      const { view } = at;
      const orders = [
        ["created ↓", "echo charlie delta bravo alpha"],
        ["name ↑", "alpha bravo charlie delta echo"],
        ["size ↓", "delta alpha echo bravo charlie"],
        ["image ↑", "alpha bravo charlie delta echo"],
        ["layer ↑", "delta alpha echo bravo charlie"],
        ["id ↑", "delta alpha echo bravo charlie"],
      ] as const;
      for (const [order, names] of orders) {
        const shown = await view.until((text) => text.includes(`by ${order}`));
        expect(namesIn(shown)).toBe(names);
        await view.type("s");
      }
      await view.until(/by created ↓/);
      await view.type("Sr");
      expect(namesIn(await view.until(/by id ↓/))).toBe("charlie bravo echo alpha delta");
    });

    it("search while it is typed, in words and in the filter language", async () => {
      await using at = await top(five);
      const { view } = at;
      await view.type("/a");
      expect(namesIn(await view.until(/^\/a_ {3}5 found/m))).toContain("alpha");
      await view.type("lp");
      expect(namesIn(await view.until(/^\/alp_ {3}1 found/m))).toBe("alpha");
      await view.keys("C-u");
      await view.type("flag=odd=true");
      expect(namesIn(await view.until(/^\/flag=odd=true_ {3}2 found/m))).toBe("echo charlie");
      await view.type(" name!=^e");
      expect(namesIn(await view.until(/1 found/))).toBe("charlie");
      await view.keys("Enter");
      await view.until(/1-1 of 1 {3}by created ↓ {3}\/flag=odd=true name!=\^e$/m);
      await view.type("/ nonsense=1");
      await view.until(/^\/flag.*nonsense=1_ {3}.*nonsense/m);
      await view.keys("Escape");
      await view.until(/1-5 of 5/);
      await view.type("/name=[");
      expect(await view.until(/^\/name=\[_ {3}\S/m)).toMatch(/^\/name=\[_ {3}.*(name|pattern|regular)/m);
      await view.keys("Escape");
      await view.until(/1-5 of 5/);
    });

    it("give up a search that was kept, and stay at the container that it found", async () => {
      await using at = await top(five);
      const { view } = at;
      await view.type("/a");
      await view.until(/^\/a_ {3}5 found/m);
      await view.type("lp");
      await view.until(/^\/alp_ {3}1 found/m);
      await view.keys("Enter");
      await view.until(/1-1 of 1 /);
      await view.keys("Escape");
      const shown = await view.until(/1-5 of 5 /);
      expect(shown).toMatch(/^> {2}b2 +alpha/m);
    });

    it("move, and stay at a container wherever it goes", async () => {
      await using at = await top(five);
      const { view, place } = at;
      await view.type("jj");
      await view.until(/^> {2}a1 /m);
      await place.done("create", "--id", "f6", "--name", "foxtrot");
      await view.until(/foxtrot/);
      await view.type("s");
      await view.until(/^> {2}b2 /m);
      await view.keys("End");
      await view.until(/^> .f6 /m);
      await view.keys("Up", "Up");
      await view.until(/^> {2}a1 /m);
      await place.done("rm", "a1");
      await view.until(/^> {2}c3 /m);
      await view.keys("g");
      await view.until(/^> {2}b2 /m);
    });

    it("show the screen anew in another size, down to one that is too small", async () => {
      await using at = await top(five);
      const { view } = at;
      for (const [columns, rows] of [
        [200, 50],
        [60, 20],
        [80, 24],
        [40, 10],
      ] as const) {
        await view.resize(columns, rows);
        // The terminal itself cuts the screen that it has, before another one is drawn.
        const begin = rows < 16 ? "5 containers" : "stowage top  /";
        const isDrawn = (text: string): boolean => text.startsWith(begin) && text.split("\n").length === rows;
        const isSmall = columns < 80;
        const shown = await view.until((text) => isDrawn(text) && text.includes("80 × 24") === isSmall);
        expect(shown).toContain("q quit");
        for (const line of shown.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(namesIn(shown)).toBe("echo charlie delta bravo alpha");
      }
      await view.resize(30, 5);
      await view.until(/^too small: 30 × 5\n40 × 10 is needed\nq leaves$/);
      await view.resize(5, 2);
      await view.until(/^too …/);
      await view.resize(80, 24);
      await view.until(/1-5 of 5/);
      await view.keys("q");
      await view.until(/shell>$/);
    });

    it("are explained by `?`, all of them in the help's own screen", async () => {
      await using at = await top(five);
      await at.view.type("?");
      await at.view.until(/^Keys/m);
      await at.view.keys("End");
      await at.view.until(/\(gone\)/);
      await at.view.keys("Escape");
      await at.view.until(/1-5 of 5/);
    });
  },
);

describe.skipIf(whyNoScreen !== undefined)("hostile text in stowage top", () => {
  it("is shown as text and never steers the terminal", async () => {
    const evil = "x\u001b]0;title\u0007\u001b[2J\u001b[31m\u202eoops\nnext\u009b5A";
    await using at = await top({
      prepare: async (place) => {
        await place.done("create", evil, "--id", "one", "--name", evil, "--metadata", evil, "--layer", evil);
        await place.done("flag", "set", "one", "--text", evil, evil);
        await place.runWith({ input: `${evil}\r\b` }, "data", "set", "one", "\u001b[2Jkey");
      },
    });
    const { view } = at;
    await view.type("/x\u202e");
    await view.until(/^\/x\\u202e_/m);
    await view.keys("C-u", "Enter");
    const listed = await view.until(/x\\u001b/);
    expect(listed.split("\n")).toHaveLength(24);
    await view.keys("Enter");
    await view.until(/flags: 1/);
    expect((await view.shown()).split("\n")).toHaveLength(24);
    // eslint-disable-next-line no-control-regex
    expect(await view.coloured()).not.toMatch(/oops.*\u001b\[31m/);
    await view.keys("Enter", "Tab", "Enter");
    await view.until(/^\\u001b\[2Jkey.*\[hex\]/m);
    await view.keys("Tab");
    await view.until(/^x\\u001b\]0;title\\u0007\\u001b\[2J\\u001b\[31m\\u202eoops\nnext/m);
    await view.keys("q", "q", "q");
    await view.until(/shell>$/);
  });
});

describe("without a terminal", () => {
  it("says what there is instead, with the exit code of wrong usage", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const piped = await place.run("top");
    expect(piped).toMatchObject({ code: 2, stdout: "" });
    expect(piped.stderr).toBe(
      "stowage: top needs a terminal to show and to read keys; `stowage watch` tells of changes line by line, and " +
        "`stowage ls` lists the containers\n",
    );
    expect((await place.run("top", "--json")).code).toBe(2);
    if (whyNoScreen !== undefined) return;
    await using view = await screen(place);
    for (const line of ["stowage top < /dev/null", "stowage top | cat", "TERM=dumb stowage top"]) {
      expect(await view.shell(`${line}; echo $?`)).toMatch(/stowage: top needs a terminal[^]*\n[02]\n$/);
    }
    await view.type("clear; stowage --dir nowhere top\r");
    await view.until(/^stowage: there is no store at [^]*shell>$/);
    expect(await view.shell("echo $?")).toBe("1\n");
  });
});
