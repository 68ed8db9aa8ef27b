import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { outcomeOf, walkThrough } from "@stowage/release/program-walk";
import { startTime } from "@stowage/release/start-time";

/** Uses the single-file program where there is no Node in PATH. Resolves to what is worth knowing of it. */
export async function tryExecutable(program) {
  const folder = await mkdtemp(path.join(tmpdir(), "stowage-try-"));
  try {
    const env = { PATH: "/nowhere" };
    await walkThrough([program], env);
    await walkThrough([program], { ...env, HOME: "" });
    await tryAsContainersStorage(program, folder);
    const options = { env: { ...env, HOME: folder, STOWAGE_DIR: path.join(folder, "none") } };
    const time = startTime([program, "ls"], options);
    const kept = await readdir(path.join(folder, ".cache/stowage/program"));
    if (kept.length !== 1) throw new Error(`it unpacked itself ${kept.length} times: ${kept.join(" ")}`);
    return `it works alone, without a home, and as containers-storage; \`stowage ls\` takes ${time.toFixed(0)} ms`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A link stands for the other program, and what is not about containers goes to the real one behind it in PATH. */
async function tryAsContainersStorage(program, folder) {
  const link = path.join(folder, "containers-storage");
  await symlink(program, link);
  const real = path.join(folder, "real");
  await mkdir(real);
  await writeFile(path.join(real, "containers-storage"), '#!/bin/sh\necho real: "$@"\n', { mode: 0o755 });
  const env = { HOME: folder, PATH: [folder, real, "/bin", "/usr/bin"].join(path.delimiter) };
  const own = await outcomeOf(["/bin/sh", "-c", "containers-storage -g g -R r -s vfs containers -j"], {
    cwd: folder,
    env,
  });
  const passed = await outcomeOf(["/bin/sh", "-c", "containers-storage layers"], { cwd: folder, env });
  if (own.stdout !== "[]\n") throw new Error(`as containers-storage it printed ${own.stdout}${own.stderr}`);
  if (passed.stdout !== "real: layers\n") throw new Error(`layers went to ${passed.stdout}${passed.stderr}`);
}
