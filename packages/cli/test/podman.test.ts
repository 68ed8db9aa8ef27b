import { writeFile } from "node:fs/promises";
import path from "node:path";

import { podmanStore, runProcess, treeListing } from "@stowage/test-kit";
import { expect, it } from "vitest";

import { bench } from "./support/program.ts";

it(
  "--podman finds the store that podman uses, and changes it only when told to",
  { timeout: 120_000 },
  async (context) => {
    await using place = await bench();
    const { found: real, reason } = await podmanStore(place.folder);
    if (real === undefined) return context.skip(reason);
    await using _ = {
      // Folders of images may be read-only, which keeps all but root from removing them.
      [Symbol.asyncDispose]: async () => void (await runProcess("chmod", ["-R", "u+rwX", place.folder])),
    };
    const conf = path.join(place.folder, "storage.conf");
    await writeFile(
      conf,
      `[storage]\ndriver = "vfs"\ngraphroot = ${JSON.stringify(real.graphRoot)}\nrunroot = ${JSON.stringify(real.runRoot)}\n`,
    );
    const env = { CONTAINERS_STORAGE_CONF: conf };
    const info = await runProcess(
      "podman",
      [
        "--tmpdir",
        path.join(place.folder, "tmp"),
        "--events-backend",
        "none",
        "info",
        "--format",
        "{{.Store.GraphRoot}} {{.Store.RunRoot}}",
      ],
      { env },
    );
    expect(info.stdout.trim()).toBe(`${real.graphRoot} ${real.runRoot}`);

    const before = await treeListing(real.dir);
    const listed = await place.runWith({ env }, "--podman", "ls", "--no-trunc", "-q");
    expect(listed).toMatchObject({ code: 0, stderr: "", stdout: `${real.containers.join("\n")}\n` });
    const refused = await place.runWith({ env }, "metadata", "set", "one", "x", "--podman");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("add --write");
    expect(await treeListing(real.dir)).toEqual(before);

    const written = await place.runWith({ env }, "flag", "set", "one", "seen", "true", "--podman", "--write");
    expect(written.code).toBe(0);
    expect(written.stderr).toContain("podman keeps its own list of containers");
    expect((await place.runWith({ env }, "inspect", "one", "--podman")).stdout).toContain("seen");
    expect((await real.podman("rm", "one")).code).toBe(0);

    const both = await place.runWith({ env }, "ls", "--podman", "--dir", "x");
    expect(both).toMatchObject({ code: 2, stdout: "" });
    expect((await place.run("ls", "--write")).code).toBe(2);
  },
);

it("--podman is an empty list where podman has made no store yet, and nobody is advised to make it", async () => {
  await using place = await bench();
  const conf = path.join(place.folder, "storage.conf");
  const [graphRoot, runRoot] = ["graph", "run"].map((name) => path.join(place.folder, name));
  await writeFile(conf, `[storage]\ndriver = "vfs"\ngraphroot = "${graphRoot}"\nrunroot = "${runRoot}"\n`);
  const env = { CONTAINERS_STORAGE_CONF: conf };
  const told = `stowage: podman has made no store at ${graphRoot}/vfs-containers yet, and makes it with its first container\n`;
  expect(await place.runWith({ env }, "--podman", "ls")).toMatchObject({ code: 0, stderr: told });
  expect(await place.runWith({ env }, "--podman", "ls", "--json")).toMatchObject({ code: 0, stdout: "[]\n" });
  expect(await place.runWith({ env }, "--podman", "exists", "web")).toMatchObject({ code: 1, stderr: "" });
  for (const command of ["tree", "check", "stats"]) {
    expect(await place.runWith({ env }, "--podman", command)).toMatchObject({ code: 1, stderr: told });
  }
  expect(await place.runWith({ env }, "--podman", "lock", "status")).toMatchObject({ code: 1, stderr: told });
});
