import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { bundledChild, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, test } from "vitest";
import type { FaultReport, FaultRequest } from "./child/write-child.ts";

/**
 * Why there can be no faults here, if there can be none. Without strace, or where tracing is forbidden, the tests skip.
 */
const noStrace = ((): string | undefined => {
  if (process.platform !== "linux") return "strace is a program of Linux";
  const tried = spawnSync("strace", ["-f", "-qq", "-e", "trace=none", "-o", "/dev/null", "true"]);
  if (tried.error) return "strace is not installed";
  return tried.status === 0 ? undefined : "strace may not trace here";
})();

/** The system calls of a write, and what each may answer. The nth call that is aimed at fails with one of them, in turn. */
const FAULTS: readonly (readonly [string, readonly string[]])[] = [
  ["openat", ["EMFILE", "ENOSPC", "EACCES", "EROFS"]],
  ["write,writev", ["ENOSPC", "EIO", "EDQUOT"]],
  ["statx", ["EIO"]],
  ["fchmod", ["EPERM"]],
  ["fdatasync,fsync", ["EIO", "ENOSPC"]],
  ["close", ["EIO"]],
  ["rename", ["EACCES", "EIO", "ENOSPC"]],
];

const CODES = new Map([
  ["ENOSPC", "ERR_ATOMIC_NO_SPACE"],
  ["EDQUOT", "ERR_ATOMIC_NO_SPACE"],
  ["EACCES", "ERR_ATOMIC_PERMISSION"],
  ["EPERM", "ERR_ATOMIC_PERMISSION"],
  ["EROFS", "ERR_ATOMIC_PERMISSION"],
]);

const OLD = { a: "o4000", b: "o4000" };
const NEW = {
  small: "n5000",
  pieces: "n30000",
  large: "n300000",
  writer: "n2400000",
  copy: "n34000000",
  set: "n5000",
};

interface Run extends FaultReport {
  /** Whether any fault was met before the report. */
  readonly met: boolean;
  readonly folder: string;
  /** Everything in the folder after the report, and after doing it again: "o5" is five times "o". */
  readonly files: Readonly<Record<string, string>>;
  readonly filesAgain: Readonly<Record<string, string>>;
  /** The system calls on these paths before the report, in order. */
  readonly calls: readonly string[];
  /** What came of doing it again. */
  readonly again: string;
}

/** Runs the child with faults, each as strace has it: `fdatasync:error=EIO:when=1`. */
async function run(request: Omit<FaultRequest, "folder">, faults: readonly string[]): Promise<Run> {
  await using scratch = await temporaryFolder();
  const folder = path.join(scratch.path, "files");
  await fs.mkdir(folder);
  for (const name of ["a", "b"]) await fs.writeFile(path.join(folder, name), "o".repeat(4000));
  const log = path.join(scratch.path, "log");
  // Only calls that touch these paths are counted and fail; the rest of Node goes on undisturbed.
  const temporaries = [".tmp-a" + "01".repeat(8), ".tmp-b" + "02".repeat(8)];
  const paths = [folder, ...["a", "b", ...temporaries].map((name) => path.join(folder, name))];
  const options = [
    ...paths.flatMap((each) => ["-P", each]),
    ...faults.flatMap((fault) => ["-e", `inject=${fault}`]),
  ];
  const child = await bundledChild(new URL("child/write-child.ts", import.meta.url));
  const command = [process.execPath, child, JSON.stringify({ ...request, folder })];
  const strace = spawn("strace", ["-f", "-qq", "-o", log, ...options, ...command], {
    // strace counts for each thread by itself: with one thread in the pool the nth call is the nth call.
    env: { ...process.env, UV_THREADPOOL_SIZE: "1", NODE_OPTIONS: "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(strace, "exit");
  try {
    const lines = createInterface(strace.stdout)[Symbol.asyncIterator]();
    const report = JSON.parse((await lines.next()).value as string) as FaultReport;
    const traced = await fs.readFile(log, "utf8");
    const met = traced.includes("(INJECTED)");
    const calls = [...traced.matchAll(/^\d+ +(\w+)\(/gm)].map(([, call]) => call ?? "");
    const files = await look(folder);
    strace.stdin.write("go on\n");
    const again = JSON.parse((await lines.next()).value as string) as string;
    expect(await ended).toEqual([0, null]);
    return { ...report, met, folder, files, calls, again, filesAgain: await look(folder) };
  } finally {
    strace.kill("SIGKILL");
  }
}

async function look(folder: string): Promise<Record<string, string>> {
  const entries = (await fs.readdir(folder)).map(async (name): Promise<[string, string]> => {
    const bytes = await fs.readFile(path.join(folder, name));
    const whole = bytes.every((byte) => byte === bytes[0]);
    return [name, whole ? `${bytes.toString("latin1", 0, 1)}${bytes.length}` : "mixed"];
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe.skipIf(noStrace !== undefined)(
  `a system call that fails${noStrace === undefined ? "" : ` (skipped: ${noStrace})`}`,
  () => {
    const everything = FAULTS.map(([calls]) => calls);
    // Pieces and large buffers go their own way only where these calls are made.
    const ways: readonly (readonly [FaultRequest["how"], readonly string[]])[] = [
      ["small", everything],
      ["pieces", ["write,writev"]],
      ["large", ["write,writev", "fdatasync,fsync", "rename"]],
      ["writer", everything],
      ["set", everything],
    ];
    const cases = ways.flatMap(([how, met]) =>
      FAULTS.filter(([calls]) => met.includes(calls)).map(([calls, errors]) => ({ how, calls, errors })),
    );
    // So large that it is synced in its middle, too; in the end its mode is, so that this is another call.
    cases.push({ how: "copy", calls: "fdatasync", errors: ["EIO"] });

    test.each(cases)("$how: any $calls of it", async ({ how, calls, errors }) => {
      // Of the modes, one that the umask takes from: else no fchmod is needed, and none would fail.
      const request = { how, sync: true, mode: 0o666 };
      let tried = 0;
      for (let nth = 1; ; nth += 1) {
        const errno = errors[(nth + how.length) % errors.length] as string;
        const report = await run(request, [`${calls}:error=${errno}:when=${nth}`]);
        if (!report.met) break;
        tried += 1;
        expect(nth, "the faults never come to an end").toBeLessThan(20);
        const { outcome, files, folder } = report;
        const all: Record<string, string> =
          how === "set" ? { a: NEW.set, b: NEW.set } : { ...OLD, a: NEW[how] };
        if (outcome === "done") {
          // Only the close of a folder is of no consequence.
          expect(calls).toBe("close");
          expect(files).toEqual(all);
        } else if (outcome.code === "ERR_ATOMIC_DURABILITY") {
          expect(calls).toBe("fdatasync,fsync");
          expect(files).toEqual(all);
          expect(outcome.message).toContain("loss of power");
        } else if (outcome.code === "ERR_ATOMIC_PARTIAL") {
          expect([calls, how, nth]).toEqual(["rename", "set", 2]);
          expect(outcome.appeared).toEqual([path.join(folder, "a")]);
          expect(files).toEqual({ a: NEW.set, b: OLD.b });
        } else {
          expect({ code: outcome.code, errno: outcome.errno }).toEqual({
            code: CODES.get(errno) ?? "ERR_ATOMIC_IO",
            errno,
          });
          expect(calls.split(",").concat("open", "fstat", "lstat")).toContain(outcome.syscall);
          expect(files).toEqual(OLD);
        }
        // A close that strace keeps from the system does leave its descriptor open.
        expect(report.leakedDescriptors).toBe(calls === "close" ? 1 : 0);
        // And the process goes on as if nothing had been.
        const redone = NEW[how].replace("n", "m");
        expect(report.again).toBe("done");
        expect(report.filesAgain).toEqual(how === "set" ? { a: redone, b: redone } : { ...OLD, a: redone });
      }
      expect(tried).toBeGreaterThan(0);
    });

    test("an interrupted write is continued, and so is one that takes a part", async () => {
      for (const how of ["small", "pieces", "large", "writer"] as const) {
        const report = await run({ how, sync: false, mode: 0o600 }, ["write,writev:error=EINTR:when=1"]);
        expect(report).toMatchObject({ met: true, outcome: "done", files: { ...OLD, a: NEW[how] } });
      }
    });

    test("bytes that the system says it took, and did not, are missed before the rename", async () => {
      for (const how of ["small", "pieces", "large", "writer"] as const) {
        const report = await run({ how, sync: true, mode: 0o600 }, ["write,writev:retval=100:when=1"]);
        expect(report).toMatchObject({ met: true, outcome: { code: "ERR_ATOMIC_SHORT_WRITE" }, files: OLD });
      }
    });

    test("a system that takes nothing and says nothing is an error, not a loop", async () => {
      for (const how of ["small", "large"] as const) {
        const report = await run({ how, sync: true, mode: 0o600 }, ["write,writev:retval=0"]);
        expect(report).toMatchObject({ met: true, outcome: { code: "ERR_ATOMIC_SHORT_WRITE" }, files: OLD });
      }
    });

    test("a temporary file that cannot be removed either is named, with the first failure", async () => {
      for (const how of ["small", "large"] as const) {
        const report = await run({ how, sync: true, mode: 0o600 }, [
          "fdatasync:error=EIO:when=1",
          "unlink:error=EROFS:when=1",
        ]);
        const leftover = path.join(report.folder, ".tmp-a" + "01".repeat(8));
        expect(report.outcome).toMatchObject({
          code: "ERR_ATOMIC_IO",
          errno: "EIO",
          syscall: "fdatasync",
          leftover,
        });
        expect((report.outcome as { message: string }).message).toContain(leftover);
        expect(report.files).toMatchObject(OLD);
      }
    });

    test("a file system that cannot sync folders does not fail a write", async () => {
      const report = await run({ how: "small", sync: true, mode: 0o600 }, ["fsync:error=EINVAL"]);
      expect(report).toMatchObject({ met: true, outcome: "done", files: { ...OLD, a: NEW.small } });
    });

    test("a write makes these system calls and no others: the file's sync before the rename, the folder's after", async () => {
      const calls = async (request: Omit<FaultRequest, "folder">): Promise<string> =>
        (await run(request, [])).calls.join(" ");
      const look = "statx";
      const making = "openat write";
      const exact = { sync: true, mode: 0o600 };
      expect(await calls({ how: "small", ...exact })).toBe(
        `${making} ${look} fdatasync close ${look} openat rename fsync close`,
      );
      expect(await calls({ how: "small", sync: false, mode: 0o600 })).toBe(
        `${making} ${look} close ${look} rename`,
      );
      // The umask takes from this mode; fdatasync need not keep a mode.
      expect(await calls({ how: "small", sync: true, mode: 0o666 })).toBe(
        `${making} ${look} fchmod fsync close ${look} openat rename fsync close`,
      );
      expect(await calls({ how: "pieces", ...exact })).toBe(
        `openat writev writev ${look} fdatasync close ${look} openat rename fsync close`,
      );
      expect(await calls({ how: "writer", ...exact })).toBe(
        `openat write write write ${look} fdatasync close ${look} openat rename fsync close`,
      );
      const ready = `${making} ${look} fdatasync close`;
      expect(await calls({ how: "set", ...exact })).toBe(
        `${ready} ${ready} ${look} ${look} openat rename rename fsync close`,
      );
    });
  },
);
