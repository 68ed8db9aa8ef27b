import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { runProcess } from "@stowage/test-kit";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { holdLock } from "./support/hold-lock.ts";
import { bench, programFile } from "./support/program.ts";
import type { Bench } from "./support/program.ts";

const hasScript = (await runProcess("script", ["--version"]).catch(() => undefined))?.stdout.includes(
  "util-linux",
);
const onTerminal = describe.skipIf(!hasScript);

// Colours only: whatever else steers the terminal must not come through.
// eslint-disable-next-line no-control-regex
const colours = /\u001b\[\d+m/g;

async function fewContainers(place: Bench): Promise<void> {
  const image = "f".repeat(64);
  await place.done(
    "create",
    image,
    "--layer",
    "e".repeat(64),
    "--name",
    "web",
    "--name",
    "a-rather-long-name-for-one",
  );
  await place.done("create", "--id", "two", "--name", "容器容器容器容器容器容器", "--data", "k=/dev/null");
}

onTerminal("on a terminal", () => {
  it.each([60, 80, 200])("the table fits %i columns, and ages are shown", async (width) => {
    await using place = await bench();
    await fewContainers(place);
    const { stdout } = await place.onTerminal(width, {}, "ls");
    expect(stdout).toContain("\u001b[1m");
    const shown = stdout.replaceAll(colours, "").trimEnd().split("\n");
    expect(shown).toHaveLength(3);
    for (const line of shown) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    expect(shown[0]).toMatch(/^CONTAINER ID +NAMES/);
    expect(shown[0]?.includes("LAYER")).toBe(width > 60);
    if (width === 200) expect(shown[1]).toMatch(/(just now|seconds? ago|minutes? ago)/);
  });

  it("NO_COLOR takes the colours away, and FORCE_COLOR brings them into a pipe", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    expect((await place.onTerminal(80, { NO_COLOR: "1" }, "ls")).stdout).not.toContain("\u001b");
    expect((await place.onTerminal(80, { TERM: "dumb" }, "ls")).stdout).not.toContain("\u001b");
    expect((await place.runWith({ env: { FORCE_COLOR: "1" } }, "ls")).stdout).toContain("\u001b[1m");
    expect((await place.run("ls")).stdout).not.toContain("\u001b");
  });

  it("hostile text never reaches it", async () => {
    await using place = await bench();
    const evil = "x\u001b]0;title\u0007\u001b[2J\u202eoops\nnext";
    const created = await place.run("create", "--id", "one", "--name", evil, "--metadata", `${evil}\n`);
    expect(created.code).toBe(0);
    await place.done("flag", "set", "one", "--text", evil, evil);
    for (const args of [
      ["ls"],
      ["inspect", "one"],
      ["name", "ls", "one"],
      ["metadata", "get", "one"],
      ["flag", "ls", "one"],
      ["ls", "--json"],
      ["create", "--name", evil],
      ["rm", evil.slice(0, 3)],
    ]) {
      const { stdout } = await place.onTerminal(120, {}, ...args);
      expect(stdout.length).toBeGreaterThan(0);
      // eslint-disable-next-line no-control-regex
      expect(stdout.replaceAll(colours, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    expect(await place.done("metadata", "get", "one")).toBe(`${evil}\n`);
    expect(await place.json("name", "ls", "one")).toEqual({ id: "one", names: [evil] });
  });

  it("big data that is no plain text is not thrown at it", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    await place.runWith({ input: "\u001b[2J" }, "data", "set", "one", "k");
    await place.runWith({ input: "plain\n" }, "data", "set", "one", "text");
    const refused = await place.onTerminal(80, { NO_COLOR: "1" }, "data", "get", "one", "k");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^stowage: item k is no plain text.*\n$/);
    expect((await place.onTerminal(80, {}, "data", "get", "one", "k", "-")).stdout).toBe("\u001b[2J");
    expect((await place.onTerminal(80, {}, "data", "get", "one", "text")).stdout).toBe("plain\n");
  });
});

describe("in a pipe", () => {
  it("hostile text stays in its line, and JSON reads back the same", async () => {
    await using place = await bench();
    const evil = "a\nb\u001b[31m\u009b";
    await place.done("create", "--id", "one", "--name", evil);
    expect((await place.done("ls")).split("\n")).toHaveLength(3);
    expect(await place.done("name", "ls", "one")).toBe("a\\nb\\u001b[31m\\u009b\n");
    expect(await place.json("ls")).toMatchObject([{ names: [evil] }]);
  });

  it("a reader that has enough ends it quietly", async () => {
    await using place = await bench();
    // Each answer is more than a pipe holds.
    const long = "x".repeat(200);
    const requests = Array.from({ length: 400 }, (_, index) =>
      JSON.stringify({ op: "create", id: `c${index}${long}`, names: [`n${index}${long}`], volatile: true }),
    );
    requests.push(JSON.stringify({ op: "create", id: "big", metadata: "m".repeat(100_000) }));
    await place.runWith({ input: requests.join("\n") }, "batch");
    const program = `'${process.execPath}' '${await programFile}' --dir '${place.dir}'`;
    for (const command of ["ls", "ls --json", "ls -q --no-trunc", "inspect big"]) {
      const script = `{ ${program} ${command}; echo "code $?" >&2; } | head -c 10`;
      const result = await runProcess("sh", ["-c", script]);
      expect(result).toMatchObject({ code: 0, stderr: "code 0\n" });
      expect(result.stdout).toHaveLength(10);
    }
  });

  it.skipIf(!existsSync("/dev/full"))("says so when what it prints does not fit the disk", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--data", "k=/etc/passwd");
    const program = `'${process.execPath}' '${await programFile}' --dir '${place.dir}'`;
    for (const command of [
      "ls",
      "inspect one",
      "data get one k",
      "export -",
      "batch",
      "--help",
      "ls --json",
    ]) {
      const script = `echo '{"op":"list"}' | ${program} ${command} >/dev/full`;
      const { code, stderr } = await runProcess("sh", ["-c", script]);
      expect([command, code]).toEqual([command, 1]);
      const message = "cannot write standard output: no space left on the device";
      if (command !== "ls --json") expect(stderr).toBe(`stowage: ${message}\n`);
      else {
        const error = { code: "ERR_FILE", message, path: "standard output", errno: "ENOSPC" };
        expect(JSON.parse(stderr)).toEqual({ error });
      }
    }
  });

  it("keeps the exit code of a failure that nobody is there to read", async () => {
    await using place = await bench();
    const program = `'${process.execPath}' '${await programFile}' --dir '${place.dir}'`;
    const script = `{ ${program} create --id one; ${program} rm nobody one nobody 2>&1 >/dev/null; echo "$?" >'${place.folder}/code'; } | true`;
    await runProcess("sh", ["-c", script]);
    expect(readFileSync(path.join(place.folder, "code"), "utf8")).toBe("1\n");
    expect(await place.done("ls", "-q")).toBe("");
  });

  it("a batch whose reader has gone ends quietly, with a whole store", async () => {
    await using place = await bench();
    const requests = Array.from({ length: 3000 }, (_, index) =>
      JSON.stringify({ op: "create", id: `c${index}`, volatile: true, metadata: "m".repeat(100) }),
    );
    const input = path.join(place.folder, "requests");
    writeFileSync(input, requests.join("\n"));
    const program = `'${process.execPath}' '${await programFile}' --dir '${place.dir}'`;
    const script = `{ ${program} batch < '${input}'; echo "code $?" >&2; } | head -n 1`;
    const result = await runProcess("sh", ["-c", script]);
    expect(result.stderr).toBe("code 0\n");
    const ids = (await place.done("ls", "-q")).trimEnd().split("\n");
    expect(ids.length).toBeLessThan(3000);
    expect(ids).toEqual(ids.map((_, index) => `c${index}`));
    expect((await place.run("check")).code).toBe(0);
  });
});

/** A process waits for a lock from the moment it has the lock file open, as far as anybody outside can see. */
async function untilItHasOpen(pid: number | undefined, file: string): Promise<void> {
  const folder = `/proc/${pid}/fd`;
  const isOpen = (): boolean =>
    readdirSync(folder).some((descriptor) => {
      try {
        return readlinkSync(path.join(folder, descriptor)).endsWith(`/${file}`);
      } catch {
        // Closed in between.
        return false;
      }
    });
  while (!isOpen()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.skipIf(process.platform !== "linux")("Ctrl-C", () => {
  it("ends a wait for the lock with code 130, nothing said and nothing changed", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    await using _ = await holdLock(place.dir);
    for (const args of [
      ["rm", "one"],
      ["ls"],
      ["create", "--id", "two"],
      ["data", "set", "one", "k"],
      ["batch"],
    ]) {
      const child = await place.start(...args);
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const ended = once(child, "exit");
      await untilItHasOpen(child.pid, "containers.lock");
      child.kill("SIGINT");
      expect(await ended).toEqual([130, null]);
      expect(said).toBe("");
    }
  });

  it("ends a batch between two requests, and what was acknowledged is there", async () => {
    await using place = await bench();
    const child = await place.start("batch");
    const ended = once(child, "exit");
    child.stdin.on("error", () => undefined);
    child.stdin.write(
      Array.from(
        { length: 5000 },
        (_, index) => `${JSON.stringify({ op: "create", id: `c${index}` })}\n`,
      ).join(""),
    );
    let text = "";
    let interrupted = false;
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (!interrupted && text.split("\n").length > 20) {
        interrupted = true;
        child.kill("SIGINT");
      }
    }
    expect(await ended).toEqual([130, null]);
    const acknowledged = text
      .split("\n")
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { value: { id: string } }).value.id);
    const stored = (await place.done("ls", "-q")).trimEnd().split("\n");
    expect(stored.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(stored.length - acknowledged.length).toBeLessThanOrEqual(1);
    expect(stored.length).toBeLessThan(5000);
    expect((await place.run("check")).code).toBe(0);
  });

  it("ends one whose output nobody reads", async () => {
    await using place = await bench();
    // More than a pipe holds, and than Node reads ahead.
    writeFileSync(path.join(place.folder, "large"), "x".repeat(4_000_000));
    await place.done("create", "--id", "one", "--data", "k=large", "--metadata-file", "large");
    for (const args of [
      ["data", "get", "one", "k"],
      ["data", "get", "one", "k", "--json"],
      ["export", "-"],
      ["ls", "--json"],
      ["watch", "--existing", "--json"],
    ]) {
      const child = await place.start(...args);
      const ended = once(child, "exit");
      await once(child.stdout, "readable");
      child.kill("SIGINT");
      expect(await ended).toEqual([130, null]);
      child.stdout.destroy();
    }
  });

  it("ends one that waits for its input, and leaves no temporary file", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      for (const args of [["batch"], ["metadata", "set", "one"], ["data", "set", "one", "k"]]) {
        const child = await place.start(...args);
        const ended = once(child, "exit");
        child.stdin.on("error", () => undefined);
        // More than a pipe holds: when it is written, the program has begun to read.
        await new Promise((resolve) => child.stdin.write("{} ".repeat(1_000_000), resolve));
        child.kill(signal);
        expect(await ended).toEqual([code, null]);
      }
    }
    const left = readdirSync(place.dir, { recursive: true }).map(String);
    expect(left.filter((name) => name.includes("tmp"))).toEqual([]);
    expect(existsSync(path.join(place.dir, "one", "k"))).toBe(false);
  });
});
