import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Uses an installed program as somebody would who just got it, on a store of its own. Rejects with what was not as
 * it should be.
 * @param words the program, and what stands before its arguments
 * @param env what is set besides a home of its own
 */
export async function walkThrough(words, env = {}) {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "stowage-walk-")));
  try {
    await mkdir(path.join(folder, "home"));
    const own = {
      HOME: path.join(folder, "home"),
      XDG_CACHE_HOME: "",
      XDG_DATA_HOME: "",
      STOWAGE_DIR: "",
      ...env,
    };
    const stowage = (...args) =>
      outcomeOf([...words, ...args], { cwd: folder, env: { ...process.env, ...own } });
    await walk(folder, async (args, expected, code = 0) => {
      const got = await stowage(...args);
      if (got.code === code && expected.test(got.stdout + got.stderr)) return;
      throw new Error(
        `stowage ${args.join(" ")}: ${got.code} where ${code} was expected, and ${expected}:\n${got.stdout}${got.stderr}`,
      );
    });
    await seePage([...words, "ui", "--json", "--no-open"], { cwd: folder, env: { ...process.env, ...own } });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The page of the store and what it needs are among what was installed. */
async function seePage([program, ...args], options) {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const [line] = await Promise.race([once(child.stdout.setEncoding("utf8"), "data"), ended]);
  try {
    const { url } = JSON.parse(line);
    const entered = await fetch(url, { redirect: "manual" });
    const headers = { cookie: entered.headers.get("set-cookie").split(";")[0] };
    const page = await fetch(new URL("/", url), { headers });
    const html = await page.text();
    const [, script] = /<script[^>]* src="([^"]+)"/.exec(html) ?? [];
    const code = await fetch(new URL(script ?? "/none", url), { headers });
    if (page.status !== 200 || code.status !== 200)
      throw new Error(`stowage ui answers ${page.status}, ${code.status}`);
  } finally {
    child.kill("SIGINT");
  }
  const [exit] = await ended;
  if (exit !== 130) throw new Error(`stowage ui ended with ${exit} after Ctrl-C`);
}

async function walk(folder, see) {
  await see(["--version"], /^\d+\.\d+\.\d+/);
  await see(["help", "data", "get"], /^Usage: stowage data get/);
  await writeFile(path.join(folder, "config.json"), '{"hostname":"web"}\n');
  // Only with the native addon.
  await see(
    ["--lock", "kernel", "create", "nginx", "--name", "web", "--data", "config.json=config.json"],
    /^[0-9a-f]{64}\n$/,
  );
  await see(["ls"], /web +nginx/);
  await see(["lock", "status"], /nobody has the lock/);
  await see(["data", "verify", "web"], /^config\.json: ok\n$/);
  await see(["ls", "-f", "name=^w"], /web/);
  await see(["export", "all.tar"], /exported 1 container/);
  await see(["--dir", "other", "import", "all.tar"], /created/);
  await see(["--dir", "other", "data", "get", "web", "config.json"], /^\{"hostname":"web"\}\n$/);
  const file = path.join(folder, "other/containers.json");
  await writeFile(file, '[{"id":');
  await see(["--dir", "other", "ls"], /stowage check/, 3);
  await see(["--dir", "other", "repair", "--code", "CHECK_FILE_LOST", "--yes"], /CHECK_FILE_LOST/);
  await see(["completion", "bash"], /complete/);
  await see(["--dir", "portable", "--lock", "portable", "create", "--name", "one"], /^[0-9a-f]{64}\n$/);
  await see(["compat", "--graph", "g", "--run", "r", "--storage-driver", "vfs", "containers"], /^$/);
  await see(["top"], /needs a terminal/, 2);
  await see(["nonsense"], /nonsense/, 2);
  await see(["check"], /nothing is wrong/);
}

export function outcomeOf([program, ...args], options) {
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
    );
    child.stdin.end();
  });
}
