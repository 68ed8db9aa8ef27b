import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  copyTree,
  mountTmpfs,
  peer,
  seededRandom,
  temporaryFolder,
  tmux,
  treeListing,
} from "../src/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("seededRandom", () => {
  it("makes the same choices from the same seed, and others from another", () => {
    const choices = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => random.integer(1000));
    };
    expect(choices(1)).toEqual(choices(1));
    expect(choices(1)).not.toEqual(choices(2));
  });

  it("takes the seed of the environment before its own", () => {
    vi.stubEnv("STOWAGE_SEED", "77");
    expect(seededRandom(1).seed).toBe(77);
    vi.stubEnv("STOWAGE_SEED", "a lot");
    expect(() => seededRandom(1)).toThrow(TypeError);
  });

  it("is spread evenly enough, and keeps every item when it shuffles", () => {
    const random = seededRandom(3);
    const counts = Array.from({ length: 8 }, () => 0);
    for (let i = 0; i < 8000; i += 1) {
      const at = random.integer(8);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(random.shuffled([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(random.bytes(1000).some((byte) => byte > 250)).toBe(true);
  });
});

describe("trees", () => {
  it("lists path, type, mode, size and digest, and copies all of it", async () => {
    await using folder = await temporaryFolder();
    const from = path.join(folder.path, "from");
    await mkdir(path.join(from, "sub"), { recursive: true, mode: 0o700 });
    await writeFile(path.join(from, "sub", "é"), "abc", { mode: 0o600 });
    await chmod(path.join(from, "sub"), 0o750);
    await symlink("sub/é", path.join(from, "link"));
    const listing = await treeListing(from);
    expect(listing).toEqual([
      { path: "link", type: "link", mode: "0777", target: "sub/é" },
      { path: "sub", type: "dir", mode: "0750" },
      {
        path: "sub/é",
        type: "file",
        mode: "0600",
        size: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      },
    ]);
    const to = path.join(folder.path, "to");
    await copyTree(from, to);
    expect(await treeListing(to)).toEqual(listing);
  });
});

describe("mountTmpfs", () => {
  it("is a file system of its own that fills up", async (context) => {
    const { found, reason } = await mountTmpfs(64 * 1024);
    if (found === undefined) return context.skip(reason);
    {
      await using mount = found;
      await writeFile(path.join(mount.path, "fits"), "x".repeat(16 * 1024));
      await expect(writeFile(path.join(mount.path, "too-big"), "x".repeat(1 << 20))).rejects.toThrow(
        /ENOSPC/,
      );
      expect(await readFile(path.join(mount.path, "fits"), "utf8")).toHaveLength(16 * 1024);
    }
    await expect(stat(found.path)).rejects.toThrow(/ENOENT/);
  });
});

describe("tmux", () => {
  it("says why there is none, and how to have it", async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, "unavailable"), "this is no Debian\n");
    vi.stubEnv("STOWAGE_TERMINAL_HOME", folder.path);
    vi.stubEnv("PATH", folder.path);
    const { found, reason } = await tmux();
    expect(found).toBeUndefined();
    expect(reason).toBe("no tmux: this is no Debian (tools/terminal/setup.sh tries again)");
  });
});

describe("peer", () => {
  it("says where it looked when there is none", async () => {
    await using folder = await temporaryFolder();
    vi.stubEnv("STOWAGE_PEER_HOME", folder.path);
    const { found, reason } = peer();
    expect(found).toBeUndefined();
    expect(reason).toContain(folder.path);
    expect(reason).toContain("tools/go-peer/setup.sh");
  });
});
