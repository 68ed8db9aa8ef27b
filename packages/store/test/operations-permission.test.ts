import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, readdir } from "node:fs/promises";
import path from "node:path";
import { bundledChild, temporaryFolder } from "@stowage/test-kit";
import { beforeAll, describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

interface Outcome {
  readonly done?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly errno?: string;
  readonly path?: string;
}

let child = "";
let canRun = false;

async function runAs(
  uid: number,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const running = spawn(process.execPath, args, {
    uid,
    gid: uid,
    cwd: "/",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  running.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  running.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const [code] = (await once(running, "close")) as [number | null];
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

async function asNobody(dir: string, readOnly: boolean, call: "list" | "create" | "check"): Promise<Outcome> {
  const { stdout, stderr } = await runAs(NOBODY, child, dir, String(readOnly), call);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Outcome;
}

/** A store of root's, with other modes than it made. */
async function withModes(modes: Record<string, number>, test: (dir: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o755);
  const dir = path.join(folder.path, "store");
  {
    await using store = await openContainerStore({ dir });
    await store.create({ id: "there" });
  }
  for (const [name, mode] of Object.entries(modes)) await chmod(path.join(dir, name), mode);
  await test(dir);
}

describe.skipIf(!isRoot)("a user without rights (tried by root only)", () => {
  beforeAll(async () => {
    child = await bundledChild(new URL("support/as-nobody-child.ts", import.meta.url));
    await using folder = await temporaryFolder();
    await chown(folder.path, NOBODY, NOBODY);
    // Where the clone is private to root, nobody can run the program.
    const dir = path.join(folder.path, "store");
    const { code, stdout } = await runAs(NOBODY, child, dir, "false", "create").catch(() => ({
      code: 1,
      stdout: "",
    }));
    canRun = code === 0 && stdout.includes('"done"');
  });

  it("is told what he may not, and by whom he can be helped", async (context) => {
    if (!canRun) return context.skip("the clone cannot be read by other users");
    for (const readOnly of [false, true]) {
      await withModes({ ".": 0o700 }, async (dir) => {
        const outcome = await asNobody(dir, readOnly, "list");
        expect(outcome).toMatchObject({ code: "ERR_PERMISSION", errno: "EACCES" });
        expect(outcome.path).toContain(dir);
      });
    }
  });

  it("reads what he may read, and changes nothing", async (context) => {
    if (!canRun) return context.skip("the clone cannot be read by other users");
    await withModes({ ".": 0o755, "containers.json": 0o644 }, async (dir) => {
      expect(await asNobody(dir, true, "list")).toEqual({ done: "there" });
      expect((await asNobody(dir, true, "create")).code).toBe("ERR_STORE_READ_ONLY");
      expect((await asNobody(dir, false, "create")).code).toBe("ERR_PERMISSION");
      expect((await readdir(dir)).sort()).toEqual(["containers.json", "containers.lock"]);
    });
  });

  it("is told which file he may not read", async (context) => {
    if (!canRun) return context.skip("the clone cannot be read by other users");
    await withModes({ ".": 0o755, "containers.json": 0o600 }, async (dir) => {
      expect(await asNobody(dir, true, "list")).toMatchObject({
        code: "ERR_PERMISSION",
        errno: "EACCES",
        path: path.join(dir, "containers.json"),
      });
    });
  });

  it("is told what a check could not look into, as findings", async (context) => {
    if (!canRun) return context.skip("the clone cannot be read by other users");
    const modes = { ".": 0o755, "containers.json": 0o644 };
    await withModes(modes, async (dir) => {
      {
        await using store = await openContainerStore({ dir });
        await store.setBigData("there", "k", "v");
      }
      await chmod(path.join(dir, "containers.json"), 0o644);
      const { done } = await asNobody(dir, true, "check");
      expect(String(done).split(",")).toEqual(
        expect.arrayContaining(["CHECK_FOLDER_UNREADABLE", "CHECK_BIG_DATA_UNREADABLE"]),
      );
    });
    // Without the token nothing is known of it.
    await withModes({ ...modes, "containers.lock": 0o600 }, async (dir) => {
      expect((await asNobody(dir, true, "check")).done).not.toContain("CHECK_TOKEN");
    });
  });

  it("leaves nothing when he may lock but not save", async (context) => {
    if (!canRun) return context.skip("the clone cannot be read by other users");
    await withModes({ ".": 0o755, "containers.json": 0o644, "containers.lock": 0o666 }, async (dir) => {
      expect((await asNobody(dir, false, "create")).code).toBe("ERR_PERMISSION");
      expect((await readdir(dir)).sort()).toEqual(["containers.json", "containers.lock"]);
      await using store = await openContainerStore({ dir });
      expect((await store.list()).map(({ id }) => id)).toEqual(["there"]);
    });
  });
});
