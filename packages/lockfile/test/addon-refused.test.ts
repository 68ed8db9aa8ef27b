import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundledChild, runProcess, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { momentaryReason } from "../src/protocols/momentary.ts";

describe("an addon that does not load at one moment", () => {
  it.skipIf(process.platform === "win32")(
    "is an error with its reason, makes no portable store, and loads the next time (needs ulimit)",
    async () => {
      await using folder = await temporaryFolder();
      const [there, fresh] = ["there", "new"].map((name) => path.join(folder.path, name, "x.lock"));
      const child = await bundledChild(new URL("child/no-descriptors.ts", import.meta.url));
      // The child lies elsewhere, and finds the addon as the built package does.
      const env = { NODE_PATH: fileURLToPath(new URL("../node_modules", import.meta.url)) };
      const command = 'mkdir "$3" && : > "$2" && ulimit -n 100 && exec "$0" "$1" "$2" "$4"';
      const args = ["-c", command, process.execPath, child, there!, path.dirname(there!), fresh!];
      const { stdout, stderr } = await runProcess("sh", args, { env });
      expect(stderr).toBe("");
      const refused = expect.stringMatching(/^ERR_LOCK_IO .*addon.*EMFILE.*; raise the limit/) as unknown;
      expect(JSON.parse(stdout)).toEqual({ without: [refused, refused], again: ["kernel", "kernel"] });
      expect(existsSync(`${fresh}.portable`)).toBe(false);
    },
  );

  it.each([
    ["x.node: cannot open shared object file: Too many open files", "EMFILE"],
    ["x.node: cannot open shared object file: Too many open files in system", "ENFILE"],
    ["Error loading shared library x.node: No file descriptors available", "EMFILE"],
    ["x.node: cannot read file data: Input/output error", "EIO"],
    ["x.node: failed to map segment from shared object: Cannot allocate memory", "ENOMEM"],
  ])("is told by the words of the loader: %s", (message, code) => {
    const failure = Object.assign(new Error(message), { code: "ERR_DLOPEN_FAILED" });
    expect(momentaryReason(failure)).toMatchObject({ code, cause: failure });
    expect(momentaryReason(new Error("Cannot load addon", { cause: failure }))).toMatchObject({ code });
  });

  it("is not taken for one that does not load at all", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "x.node");
    const missing = new Error(`Cannot find module '${file}'`);
    expect(momentaryReason(missing, file)).toBeUndefined();
    writeFileSync(file, "no binary");
    expect(momentaryReason(new Error(`${file}: invalid ELF header`), file)).toBeUndefined();
    const foreign = "Error loading shared library ld-linux-x86-64.so.2: No such file or directory";
    expect(momentaryReason(new Error(foreign), file)).toBeUndefined();
  });
});
