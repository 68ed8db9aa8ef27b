import { spawnSync } from "node:child_process";
import { linkSync, lstatSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { once } from "node:events";
import { type Models, plant, type StoreImage } from "./store-image.ts";

/** Files and folders beside and above the store that nobody may touch, below the folder of a lane. */
const VICTIMS = [
  ".",
  "precious",
  "victim",
  "victim/precious",
  "top",
  "top/precious",
  "top/pipe",
  "top/victim",
  "top/victim/precious",
  "top/victim/k",
  "top/victim/deep",
  "top/victim/deep/precious",
] as const;
const FOLDERS = new Set<string>([".", "victim", "top", "top/victim", "top/victim/deep"]);

/** Two levels of folders around a store, and a watch over all that lies in them. */
export class Surroundings implements AsyncDisposable {
  readonly #root: string;
  readonly #models: Models;
  readonly #server: Server;
  #before = "";

  private constructor(root: string, models: Models, server: Server) {
    this.#root = root;
    this.#models = models;
    this.#server = server;
  }

  /** @param root an empty folder */
  static async make(root: string): Promise<Surroundings> {
    for (const victim of VICTIMS.slice(1)) {
      const at = path.join(root, victim);
      if (FOLDERS.has(victim)) mkdirSync(at);
      else if (victim === "top/pipe") spawnSync("mkfifo", [at]);
      else writeFileSync(at, `${victim}, which is longer than a token has bytes. `.repeat(2));
    }
    const models = path.join(root, "models");
    mkdirSync(models);
    const made: Record<string, string> = {};
    const name = (kind: string): string => path.join(models, kind);
    if (spawnSync("mkfifo", [name("pipe")]).status === 0) made["pipe"] = name("pipe");
    // Only root may.
    if (spawnSync("mknod", [name("device"), "c", "1", "5"]).status === 0) made["device"] = name("device");
    // Its own path is too long in the store's folder.
    const server = createServer().listen(name("s"));
    await once(server, "listening");
    linkSync(name("s"), name("socket"));
    made["socket"] = name("socket");
    return new Surroundings(root, made, server);
  }

  get top(): string {
    return path.join(this.#root, "top");
  }

  get dir(): string {
    return path.join(this.top, "store");
  }

  get runDir(): string {
    return path.join(this.top, "run");
  }

  /** Puts a store there in the place of the last one, and begins to watch. */
  plant(image: StoreImage): void {
    for (const place of [this.dir, this.runDir]) rmSync(place, { recursive: true, force: true });
    plant(image, this.top, this.#models);
    // They are the caller's choice; making them would show in the folder above.
    for (const place of [this.dir, this.runDir]) {
      if (lstatSync(place, { throwIfNoEntry: false }) === undefined) mkdirSync(place, { mode: 0o700 });
    }
    // So old that even a system that notes few readings notes the next one.
    for (const victim of VICTIMS) utimesSync(path.join(this.#root, victim), 1_000_000, 2_000_000);
    this.#before = this.#look();
  }

  /** What was changed or read outside of the store since it was planted. */
  touched(): string[] {
    const after = this.#look();
    if (after === this.#before) return [];
    const before = this.#before.split("\n");
    return after.split("\n").filter((line, index) => line !== before[index]);
  }

  #look(): string {
    return VICTIMS.map((victim) => {
      const stats = lstatSync(path.join(this.#root, victim), { bigint: true, throwIfNoEntry: false });
      if (stats === undefined) return `${victim} is gone`;
      const { mode, ino, size, atimeNs, mtimeNs, ctimeNs, uid } = stats;
      return `${victim} ${mode} ${ino} ${size} ${uid} read ${atimeNs} written ${mtimeNs} changed ${ctimeNs}`;
    }).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }
}
