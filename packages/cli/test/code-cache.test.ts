import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";

import { runProcess } from "@stowage/test-kit";

import { type Bench, bench, programFile } from "./support/program.ts";

/** A user's cache folder, and what lies where the compiled code is kept. */
function cacheOf(place: Bench) {
  const home = path.join(place.folder, "cache");
  const folder = path.join(home, "stowage/code");
  const files = () => readdir(folder).catch(() => []);
  return {
    env: { XDG_CACHE_HOME: home },
    folder,
    files,
    file: async () => path.join(folder, (await files())[0]!),
  };
}

async function version(place: Bench, env: Record<string, string>): Promise<void> {
  const { code, stdout, stderr } = await place.runWith({ env }, "--version");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
}

describe("compiled code", () => {
  it("is kept by the first run, for this user alone, and left as it is by the next", async () => {
    await using place = await bench();
    const { env, folder, file, files } = cacheOf(place);
    await version(place, env);
    expect(await files()).toHaveLength(1);
    expect([(await stat(folder)).mode & 0o777, (await stat(await file())).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
    const kept = await stat(await file());
    await version(place, env);
    expect((await stat(await file())).ino).toBe(kept.ino);
  });

  it("is made anew when it is damaged, wherever that is", async () => {
    await using place = await bench();
    const { env, file } = cacheOf(place);
    await version(place, env);
    const whole = await readFile(await file());
    for (const at of [0, 0.1, 0.3, 0.49, 0.5, 0.7, 0.9]) {
      const damaged = Buffer.from(whole);
      damaged[Math.floor(damaged.length * at)]! ^= 0x5a;
      await writeFile(await file(), damaged);
      await version(place, env);
      expect((await readFile(await file())).equals(damaged)).toBe(false);
    }
    for (const length of [0, 1, 100, whole.length / 2, whole.length - 1]) {
      const damaged = whole.subarray(0, length);
      await writeFile(await file(), damaged);
      await version(place, env);
      expect((await readFile(await file())).equals(damaged)).toBe(false);
    }
  });

  it("of another program is not used, be it as long as this one", async () => {
    await using place = await bench();
    const { env, file } = cacheOf(place);
    await version(place, env);
    const kept = await stat(await file());
    const copy = path.join(place.folder, "dist");
    await mkdir(copy);
    for (const name of ["stowage.cjs", "program.cjs"])
      await copyFile(path.join(path.dirname(await programFile), name), path.join(copy, name));
    const { stdout } = await runProcess(process.execPath, [path.join(copy, "stowage.cjs"), "--version"], {
      env,
    });
    expect(stdout).toMatch(/^\d/);
    expect((await stat(await file())).ino).not.toBe(kept.ino);
  });

  it.each([
    ["that others can read", (file: string) => chmod(file, 0o644)],
    ["that has a second name", (file: string) => link(file, `${file}.2`)],
    [
      "to which a link leads",
      async (file: string) => {
        await rename(file, `${file}.2`);
        await symlink(`${file}.2`, file);
      },
    ],
  ] as const)("is not read from a file %s", async (_, change) => {
    await using place = await bench();
    const { env, folder, file } = cacheOf(place);
    await version(place, env);
    const cache = await file();
    const { ino } = await stat(cache);
    await change(cache);
    await version(place, env);
    const now = await lstat(cache);
    expect([now.ino === ino, now.isFile(), now.mode & 0o777, now.nlink]).toEqual([false, true, 0o600, 1]);
    expect((await readdir(folder)).filter((name) => name.includes(`.${process.pid}`))).toEqual([]);
  });

  it("is neither read nor kept in a folder that others can write to", async () => {
    await using place = await bench();
    const { env, folder, files } = cacheOf(place);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o770);
    await version(place, env);
    expect(await files()).toEqual([]);
  });

  it.each([{ NODE_DISABLE_COMPILE_CACHE: "1" }, { XDG_CACHE_HOME: "relative" }])(
    "is not kept with %j, and without a home",
    async (settings) => {
      await using place = await bench();
      const { env, files } = cacheOf(place);
      await version(place, { ...env, ...settings });
      expect(await files()).toEqual([]);
      expect(await readdir(place.folder)).toEqual([]);
    },
  );
});
