import { readFileSync } from "node:fs";
import path from "node:path";
import { pnpmCommand, runStep } from "./commands.mjs";
import { SetupFailure } from "./failure.mjs";
import { onceAtATime } from "./once-at-a-time.mjs";
import { root, workFolder } from "./places.mjs";
import { buildStamp, installStamp, isBuilt, readStamp, writeStamp } from "./stamps.mjs";

/**
 * Makes the clone ready: dependencies, then the build, each only when something it depends on changed.
 * Two processes that set up one clone at a time do it one after the other; the second finds it done.
 */
export async function setUp() {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  requireNode(manifest.engines.node);
  if (isReady()) return;
  await onceAtATime(
    path.join(workFolder, "setup"),
    async () => {
      if (isReady()) return;
      await install(manifest);
      await build();
    },
    () => console.error("Another process is setting up this clone; waiting for it …"),
  );
}

function isReady() {
  return readStamp("install") === installStamp() && readStamp("build") === buildStamp() && isBuilt();
}

function requireNode(range) {
  const wanted = range
    .replace(/[^\d.]/g, "")
    .split(".")
    .map(Number);
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= (wanted[1] ?? 0))) return;
  throw new SetupFailure(`Node.js ${range} is needed, this is ${process.version}: install a newer one`);
}

async function install({ packageManager }) {
  const stamp = installStamp();
  if (readStamp("install") === stamp) return;
  await timed("Installing dependencies", async () => {
    const [command, args] = pnpmCommand(packageManager.replace("pnpm@", ""));
    await runStep("install", [command, [...args, "install", "--frozen-lockfile"]]);
  });
  writeStamp("install", stamp);
}

async function build() {
  const stamp = buildStamp();
  if (readStamp("build") === stamp && isBuilt()) return;
  await timed("Building the packages", async () => {
    const turbo = path.join(root, "node_modules/turbo/bin/turbo");
    await runStep("build", [process.execPath, [turbo, "run", "build", "--filter=./packages/*"]]);
  });
  writeStamp("build", stamp);
}

async function timed(what, work) {
  const began = performance.now();
  console.error(`${what} …`);
  await work();
  console.error(`${what}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
