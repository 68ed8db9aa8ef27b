import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot, runProcess } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { bench } from "./support/program.ts";

/** The packages' names lead to their files from here, as from the package of a user. */
const here = path.join(repositoryRoot, "packages/cli");

it("the example in docs/schemas.md runs, and takes a record for one", async () => {
  await using place = await bench();
  const record = path.join(place.folder, "record.json");
  await writeFile(record, (await place.run("create", "--name", "web", "--json")).stdout);
  const text = await readFile(path.join(repositoryRoot, "docs/schemas.md"), "utf8");
  const code = /^```js\n([^]*?)^```$/m.exec(text)?.[1] ?? "";
  const question = 'console.log(isShown(JSON.parse(await readFile(process.argv[2], "utf8"))), isShown({}));';
  const file = path.join(here, `.example-${process.pid}.mjs`);
  await writeFile(file, `${code}\n${question}\n`);
  try {
    const result = await runProcess(process.execPath, [file, record], { cwd: here });
    expect(result).toMatchObject({ stderr: "", code: 0, stdout: "true false\n" });
  } finally {
    await rm(file);
  }
});
