import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bundledChild, runProcess, temporaryFolder } from "../src/index.ts";

describe("runProcess", () => {
  it("hands over input, output and exit code", async () => {
    const result = await runProcess(
      process.execPath,
      ["-e", "process.stdin.pipe(process.stdout); process.exitCode = 7; console.error('warned')"],
      { input: "héllo" },
    );
    expect(result).toMatchObject({ code: 7, signal: null, stdout: "héllo", stderr: "warned\n" });
    expect(result.stdoutBytes).toEqual(Buffer.from("héllo"));
  });

  it("takes a variable away from the environment", async () => {
    const script = "console.log(process.env.HOME ?? 'none')";
    const result = await runProcess(process.execPath, ["-e", script], { env: { HOME: undefined } });
    expect(result.stdout).toBe("none\n");
  });

  it("kills what does not end in time", async () => {
    const endless = ["-e", "setInterval(() => {}, 1000)"];
    await expect(runProcess(process.execPath, endless, { timeout: 200 })).rejects.toThrow(/within 200 ms/);
  });

  it("kills what is aborted", async () => {
    const endless = ["-e", "setInterval(() => {}, 1000)"];
    const signal = AbortSignal.timeout(200);
    await expect(runProcess(process.execPath, endless, { signal })).rejects.toThrow(/timeout/);
  });

  it("says what cannot be started", async () => {
    await expect(runProcess("no-such-program-anywhere")).rejects.toThrow(
      /no-such-program-anywhere cannot be started/,
    );
  });

  it("does not mind a program that reads no input", async () => {
    const result = await runProcess(process.execPath, ["-e", ""], { input: "x".repeat(1 << 20) });
    expect(result.code).toBe(0);
  });
});

describe("bundledChild", () => {
  it("makes a program of TypeScript that imports the workspace's packages", async () => {
    await using folder = await temporaryFolder();
    const source = path.join(folder.path, "child.ts");
    await writeFile(
      source,
      `import { StowageError } from "@stowage/store";
       import { createHash } from "crypto";
       const error: Error = new StowageError("ERR_NO_SPACE", "full");
       console.log(error instanceof StowageError, typeof createHash, process.argv[2]);`,
    );
    const program = await bundledChild(source);
    const result = await runProcess(process.execPath, [program, "argument"]);
    expect(result.stderr).toBe("");
    expect(result.stdout).toBe("true function argument\n");
  });
});
