import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { bundledChild } from "@stowage/test-kit";

/** Another process that holds the store's write lock until it is disposed of. */
export async function holdLock(dir: string): Promise<{ readonly pid: number } & AsyncDisposable> {
  const program = await bundledChild(new URL("lock-holder.ts", import.meta.url));
  const child = spawn(process.execPath, [program, path.join(dir, "containers.lock")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  await Promise.race([
    once(child.stdout, "data"),
    exited.then(() => {
      throw new Error("the process that was to hold the lock has ended");
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
