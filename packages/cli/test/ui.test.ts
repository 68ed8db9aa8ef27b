import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";

import { treeListing } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { openerFor } from "../src/ui/open-browser.ts";
import { type Bench, bench, programFile } from "./support/program.ts";
import { violations } from "./support/schemas.ts";
import { hasTerminals, startAnyOnTerminal } from "./support/terminal.ts";

interface RunningUi extends AsyncDisposable {
  /** The first line on standard output. */
  readonly line: string;
  /** Answers with the status, as the browser with the cookie. */
  ask(target: string, init?: RequestInit): Promise<Response>;
  interrupt(): Promise<{ readonly code: number | null; readonly stderr: string }>;
}

async function startUi(place: Bench, ...args: string[]): Promise<RunningUi> {
  const child = await place.start("ui", ...args);
  const exited = once(child, "exit");
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const { value: line } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const url = new URL(args.includes("--json") ? (JSON.parse(line) as { url: string }).url : line);
  const admitted = await fetch(url, { redirect: "manual" });
  const cookie = admitted.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const interrupt = async (): Promise<{ readonly code: number | null; readonly stderr: string }> => {
    child.kill("SIGINT");
    const [code] = (await exited) as [number | null];
    return { code, stderr };
  };
  return {
    line,
    ask: (target, init) =>
      fetch(new URL(target, url.origin), {
        ...init,
        headers: { cookie, origin: url.origin, "x-stowage-ui": "1", "content-type": "application/json" },
      }),
    interrupt,
    [Symbol.asyncDispose]: async () => void (await interrupt()),
  };
}

it("prints the address of a page that shows the store, and ends on Ctrl-C with 130", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one", "--name", "web");
  const before = await treeListing(place.dir);
  await using ui = await startUi(place);
  expect(ui.line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
  const page = await (await ui.ask("/")).text();
  expect(page).toContain("<title>Stowage</title>");
  const script = /src="(\/page-[^"]+\.js)"/.exec(page)?.[1] ?? "";
  expect((await ui.ask(script)).headers.get("content-type")).toContain("text/javascript");
  expect(await (await ui.ask("/api/container?id=one")).json()).toMatchObject({ names: ["web"] });
  const refused = await ui.ask("/api/gc", { method: "POST", body: "{}" });
  expect(refused.status).toBe(403);
  // An open feed does not hold it up.
  const feed = await ui.ask("/api/events");
  const { code, stderr } = await ui.interrupt();
  expect(code).toBe(130);
  expect(stderr).toBe(`stowage: showing ${place.dir}, read-only; Ctrl-C ends it\n`);
  await feed.text().catch(() => undefined);
  expect(await treeListing(place.dir)).toEqual(before);
});

it("lets the page change the store with --write, before or after the command", async () => {
  await using place = await bench();
  for (const args of [["--write"], ["--write", "--json"]]) {
    await place.done("create", "--id", "one");
    await using ui = await startUi(place, ...args);
    if (args.includes("--json")) expect(violations("ui", JSON.parse(ui.line))).toBeUndefined();
    const { version } = (await (await ui.ask("/api/container?id=one")).json()) as { version: string };
    const body = JSON.stringify({ op: "delete", id: "one", seen: version });
    expect((await ui.ask("/api/change", { method: "POST", body })).status).toBe(200);
    expect((await place.run("exists", "one")).code).toBe(1);
  }
  expect(await place.run("ui", "--write", "--read-only")).toMatchObject({ code: 2, stdout: "" });
  expect((await place.run("--write", "ls")).code).toBe(2);
});

it("reads a store with portable locks under its lock, and does not let the page change it", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one", "--lock", "portable");
  await using ui = await startUi(place);
  expect((await ui.ask("/api/gc", { method: "POST", body: "{}" })).status).toBe(403);
  expect(await (await ui.ask("/api/status")).json()).toMatchObject({
    lockProtocol: "portable",
    canWrite: false,
  });
  const { code, stderr } = await ui.interrupt();
  // No warning that it is read without a lock.
  expect([code, stderr]).toEqual([130, `stowage: showing ${place.dir}, read-only; Ctrl-C ends it\n`]);
});

it("shows a damaged store, as that is what its checking is for", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one");
  await writeFile(path.join(place.dir, "containers.json"), "[{");
  await using ui = await startUi(place);
  const answer = await ui.ask("/api/check", { method: "POST", body: "{}" });
  expect(await answer.text()).toContain('"severity":"damage"');
});

it("refuses a store that is not there, a port that is not to be had, and a wrong one", async () => {
  await using place = await bench();
  expect(await place.run("ui")).toMatchObject({ code: 1, stdout: "" });
  await place.done("create");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  const taken = await place.run("ui", "--port", String(port), "--json");
  server.close();
  expect([taken.code, taken.stdout]).toEqual([1, ""]);
  expect(JSON.parse(taken.stderr)).toMatchObject({ error: { code: "ERR_PORT", errno: "EADDRINUSE" } });
  for (const wrong of ["x", "65536", "-1"]) expect((await place.run("ui", `--port=${wrong}`)).code).toBe(2);
  expect((await place.run("ui", "--host", "0.0.0.0")).code).toBe(2);
});

describe("opening the browser", () => {
  it("is done where there is a desktop of this user", () => {
    expect(openerFor("linux", { DISPLAY: ":0" })).toBe("xdg-open");
    expect(openerFor("linux", { WAYLAND_DISPLAY: "wayland-0" })).toBe("xdg-open");
    expect(openerFor("darwin", {})).toBe("open");
    for (const env of [{}, { DISPLAY: "" }, { DISPLAY: ":0", SSH_CONNECTION: "1.2.3.4 1 5.6.7.8 22" }]) {
      expect(openerFor("linux", env)).toBeUndefined();
    }
    expect(openerFor("darwin", { SSH_CONNECTION: "x" })).toBeUndefined();
  });

  it.skipIf(!hasTerminals || process.platform !== "linux")(
    "gives it an address that is good once, on a terminal and not in a pipe",
    async () => {
      await using place = await bench();
      await place.done("create");
      const programs = path.join(place.folder, "bin");
      const opened = path.join(place.folder, "opened");
      await mkdir(programs);
      await writeFile(path.join(programs, "xdg-open"), `#!/bin/sh\nprintf '%s' "$1" > '${opened}'\n`, {
        mode: 0o755,
      });
      const env = { DISPLAY: ":0", SSH_CONNECTION: "", PATH: `${programs}:${process.env["PATH"]}` };
      const terminal = startAnyOnTerminal(place, [process.execPath, await programFile, "ui"], env);
      await terminal.until(/Ctrl-C ends it/);
      const printed = /http:\S+/.exec(terminal.shown())?.[0] ?? "";
      await expect.poll(() => readFile(opened, "utf8").catch(() => "")).toMatch(/^http:\S+token=[\w-]{32}$/);
      const url = await readFile(opened, "utf8");
      expect(url).not.toBe(printed);
      expect((await fetch(url, { redirect: "manual" })).status).toBe(303);
      expect((await fetch(url, { redirect: "manual" })).status).toBe(401);
      terminal.type("\u0003");
      expect(await terminal.ended).toBe(130);
    },
  );
});
