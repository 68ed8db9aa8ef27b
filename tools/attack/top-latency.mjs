#!/usr/bin/env node
// node tools/attack/top-latency.mjs [CONTAINERS]
// How long it takes from the acknowledgement of a save, by another process, until `stowage top` has written it to its
// terminal; and from a key to the next screen. In milliseconds. Build first; needs util-linux's script.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openContainerStore } from "@stowage/store";

const containers = Number(process.argv[2] ?? "1000");
const rounds = 100;
const program = fileURLToPath(new URL("../../packages/cli/dist/stowage.cjs", import.meta.url));

const folder = await mkdtemp(path.join(tmpdir(), "stowage-top-"));
try {
  const dir = path.join(folder, "store");
  const store = await openContainerStore({ dir });
  await store.transaction(async (tx) => {
    for (let i = 0; i < containers; i += 1) await tx.create({ names: [`n${i}`] });
  });
  const words = [process.execPath, program, "--dir", dir, "top"].map((word) => `'${word}'`).join(" ");
  const view = spawn("script", ["-qec", `stty cols 80 rows 24; exec ${words}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TERM: "xterm", NO_COLOR: "1" },
  });
  let shown = "";
  let arrived = () => undefined;
  view.stdout.on("data", (chunk) => {
    shown += chunk;
    arrived();
  });
  const until = async (isThere) => {
    while (!isThere()) await new Promise((resolve) => (arrived = resolve));
  };
  await until(() => shown.includes(` of ${containers}`));

  const changes = [];
  const keys = [];
  for (let round = 0; round < rounds; round += 1) {
    // So that what comes by itself, such as the clock, is met at any time.
    await sleep(100 + ((round * 37) % 100));
    shown = "";
    const id = `made-${round}-`;
    await store.create({ id, volatile: true });
    const saved = performance.now();
    await until(() => shown.includes(id));
    changes.push(performance.now() - saved);
    await sleep(100);
    shown = "";
    const pressed = performance.now();
    view.stdin.write("r");
    await until(() => /by created/.test(shown));
    keys.push(performance.now() - pressed);
    view.stdin.write("r");
  }
  for (const [what, times] of [
    ["a change", changes],
    ["a key", keys],
  ]) {
    times.sort((one, other) => one - other);
    const at = (share) => times[Math.min(rounds - 1, Math.floor(share * rounds))].toFixed(1);
    console.log(
      `${containers} containers, ${what}: median ${at(0.5)} ms, 90 % ${at(0.9)} ms, longest ${at(1)} ms`,
    );
  }
  view.stdin.write("q");
  await new Promise((resolve) => view.on("close", resolve));
  await store.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
