import { existsSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repositoryRoot, runProcess } from "@stowage/test-kit";
import { screenOf } from "../record/screen.mjs";
import { svgOf } from "../record/svg.mjs";
import { wrapped } from "../record/wrap.mjs";

const unbuilt = !existsSync(path.join(repositoryRoot, "packages/cli/dist"));
const terminals = (await runProcess("script", ["--version"]).catch(() => undefined))?.stdout ?? "";

// `npm test` builds first; who runs vitest by hand may not have.
it.skipIf(unbuilt || !terminals.includes("util-linux"))("the picture is what the commands show", async () => {
  const script = path.join(repositoryRoot, "tools/docs/record/record.mjs");
  const { code, stderr } = await runProcess(process.execPath, [script, "--check"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});

describe("a screen", () => {
  it("is what the terminal shows in the end, with its looks", async () => {
    const lines = await screenOf(
      "a\u001b[1mbold\u001b[0m \u001b[31mred\u001b[0m\r\nover\rwritten\n容\u001b[2K\n\n",
      20,
    );
    expect(lines).toEqual([
      [
        { text: "a", bold: false, faint: false, colour: undefined },
        { text: "bold", bold: true, faint: false, colour: undefined },
        { text: " ", bold: false, faint: false, colour: undefined },
        { text: "red", bold: false, faint: false, colour: 1 },
      ],
      [{ text: "written", bold: false, faint: false, colour: undefined }],
    ]);
  });

  it("is wrapped between words, and no word is lost", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 40 }), (list, columns) => {
        const pieces = list.map((text, index) => ({ text: `${text} `, bold: index % 2 === 0 }));
        const lines = wrapped(pieces, columns).map((line) => line.map(({ text }) => text).join(""));
        for (const line of lines) expect(line.trimEnd().length).toBeLessThanOrEqual(columns);
        expect(lines.join(" ").split(/\s+/).filter(Boolean)).toEqual(list);
      }),
    );
  });

  it("becomes a picture in which nothing is a tag", () => {
    const svg = svgOf([[{ text: "a <b> & c", colour: 1 }]], 20, "<title>");
    expect(svg).toContain('class="red">a &lt;b&gt; &amp; c</tspan>');
    expect(svg).toContain("<title>&lt;title&gt;</title>");
    expect(svg).toContain("prefers-color-scheme: dark");
  });
});
