/**
 * Writes files under a fault that strace injects, says as a line of JSON what came of it, waits for a line, then writes
 * them again in the same process and says what came of that. The temporary names are known beforehand, as their random part is not random here: so the faults can be aimed at them alone.
 */
import crypto from "node:crypto";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";

export interface FaultRequest {
  readonly folder: string;
  readonly how: "small" | "pieces" | "large" | "writer" | "copy" | "set";
  readonly sync: boolean;
  readonly mode: number;
}

export interface FaultReport {
  readonly outcome:
    | "done"
    | {
        readonly code: unknown;
        readonly errno: unknown;
        readonly syscall: unknown;
        readonly message: string;
        readonly leftover: unknown;
        readonly appeared: unknown;
      };
  readonly leakedDescriptors: number;
}

let drawn = 0;
crypto.randomUUID = () => `0-0-0-0-${Buffer.alloc(8, (drawn += 1)).toString("hex")}`;
syncBuiltinESMExports();

const { openAtomicWriter, openWriteSet, writeFileAtomic } = await import("../../src/index.ts");
const request = JSON.parse(process.argv[2] ?? "") as FaultRequest;
const { folder, how, sync, mode } = request;

const SIZES = {
  small: 5_000,
  pieces: 30_000,
  large: 300_000,
  writer: 2_400_000,
  copy: 34_000_000,
  set: 5_000,
};

async function writeAll(letter: string): Promise<void> {
  const content = Buffer.alloc(SIZES[how], letter);
  const [a, b] = [path.join(folder, "a"), path.join(folder, "b")];
  if (how === "small" || how === "large") await writeFileAtomic(a, content, { sync, mode });
  else if (how === "pieces") {
    const pieces = Array.from({ length: 1_500 }, (_, n) => content.subarray(n * 20, n * 20 + 20));
    await writeFileAtomic(a, pieces, { sync, mode });
  } else if (how === "writer") {
    await using writer = await openAtomicWriter({ path: a, sync, mode });
    for (let at = 0; at < content.length; at += 400_000)
      await writer.write(content.subarray(at, at + 400_000));
    await writer.commit();
  } else if (how === "copy") {
    const source = path.join(folder, "..", letter);
    fs.writeFileSync(source, content);
    await using writer = await openAtomicWriter({ path: a, sync, mode });
    await writer.copyFrom(source);
    await writer.commit();
  } else {
    await using set = openWriteSet({ sync, mode });
    await set.add(a, content);
    await set.add(b, content);
    await set.commit();
  }
}

const descriptors = (): number => fs.readdirSync("/proc/self/fd").length;

let outcome: FaultReport["outcome"] = "done";
// The first use of the loop and the pool opens descriptors of Node's own.
await fs.promises.stat("/");
const before = descriptors();
try {
  await writeAll("n");
} catch (error) {
  const { code, errno, syscall, message, leftover, appeared } = error as Record<string, unknown>;
  outcome = { code, errno, syscall, message: String(message), leftover, appeared };
}
// The other side looks at the folder now: to look from here would meet the faults too.
say({ outcome, leakedDescriptors: descriptors() - before } satisfies FaultReport);
await new Promise((resolve) => process.stdin.once("data", resolve));
say(
  await writeAll("m").then(
    () => "done",
    (error: Error) => error.message,
  ),
);
process.stdin.destroy();

function say(what: unknown): void {
  process.stdout.write(JSON.stringify(what) + "\n");
}
