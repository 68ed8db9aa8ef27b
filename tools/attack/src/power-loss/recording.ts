import path from "node:path";
import { stringsIn, type SystemCall } from "../strace.ts";
import { type Change, type Entry, type Inode, isPassing, type Recording, type Step } from "./disk.ts";

/** Every call that changes a file system, or says something; strace is told to show these. */
export const RECORDED_CALLS = [
  ...["openat", "creat", "close", "write", "pwrite64", "writev", "pwritev", "ftruncate"],
  ...["fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat"],
  ...["unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "dup", "dup2", "dup3"],
  // It changes nothing; but what it answers is written into journals.
  "statx",
] as const;

/** Turns the system calls of a program into what they did to the disk below `root`, which was empty before. */
export function recordingOf(calls: readonly SystemCall[], root: string): Recording {
  const recorder = new Recorder(root);
  // A descriptor is free as soon as its close begins, and another thread may have it before that ends.
  const at = (call: SystemCall): number => (call.name === "close" ? call.start : call.end);
  for (const call of [...calls].sort((a, b) => at(a) - at(b))) recorder.take(call);
  const { folders, steps, identities } = recorder;
  return { root: ROOT, folders, steps, identities };
}

const ROOT: Inode = 0;
const STANDARD_OUTPUT = 1;

class Recorder {
  readonly folders = new Set<Inode>([ROOT]);
  readonly steps: Step[] = [];
  readonly identities = new Map<string, Inode>();
  readonly #root: string;
  readonly #entries = new Map<Inode, Map<string, Inode>>([[ROOT, new Map()]]);
  readonly #descriptors = new Map<number, { readonly inode: Inode; offset: number }>();
  #last: Inode = ROOT;

  constructor(root: string) {
    this.#root = root;
  }

  take(call: SystemCall): void {
    const { name, args, result } = call;
    if (result < 0) return;
    const descriptor = Number.parseInt(args, 10);
    const open = this.#descriptors.get(descriptor);
    const strings = stringsIn(args);
    const places = strings.map((bytes) => this.#place(bytes.toString("utf8")));
    const [first, second] = places;
    switch (name) {
      case "openat":
      case "creat":
        this.#open(call, String(strings[0]), name === "creat" ? "O_CREAT|O_TRUNC" : args);
        return;
      case "close":
        this.#descriptors.delete(descriptor);
        return;
      case "write":
      case "writev":
      case "pwrite64":
      case "pwritev": {
        const bytes = Buffer.concat(strings).subarray(0, result);
        if (descriptor === STANDARD_OUTPUT) {
          for (const mark of bytes.toString("utf8").split("\n")) if (mark !== "") this.#add(call, { mark });
        }
        if (open === undefined) return;
        const isAtOffset = name.startsWith("p");
        const at = isAtOffset ? Number(/, (\d+)$/.exec(args)?.[1]) : open.offset;
        if (!isAtOffset) open.offset += bytes.length;
        this.#add(call, { change: { kind: "write", inode: open.inode, at, bytes } });
        return;
      }
      case "ftruncate":
        if (open === undefined) return;
        this.#add(call, {
          change: { kind: "truncate", inode: open.inode, size: Number(/, (\d+)$/.exec(args)?.[1]) },
        });
        return;
      case "fsync":
      case "fdatasync":
        if (open !== undefined) this.#add(call, { sync: open.inode });
        return;
      case "mkdir":
      case "mkdirat":
        if (first !== undefined) this.#change(call, { kind: "put", to: first, inode: this.#newFolder() });
        return;
      case "rmdir":
      case "unlink":
      case "unlinkat":
        if (first !== undefined) this.#change(call, { kind: "remove", from: first });
        return;
      case "link":
      case "linkat":
        if (first !== undefined && second !== undefined) {
          this.#change(call, { kind: "put", to: second, inode: this.#require(first) });
        }
        return;
      case "rename":
      case "renameat":
      case "renameat2":
        if (first === undefined || second === undefined) return;
        this.#change(call, { kind: "move", from: first, to: second, inode: this.#require(first) });
        return;
      case "statx":
        if (first !== undefined) this.#note(args, this.#find(first));
        return;
      default:
        throw new Error(`the recording does not understand ${name}(${args})`);
    }
  }

  #open(call: SystemCall, file: string, flags: string): void {
    const place = this.#place(file);
    if (place === undefined) {
      if (path.resolve(file) === this.#root) this.#descriptors.set(call.result, { inode: ROOT, offset: 0 });
      else this.#descriptors.delete(call.result);
      return;
    }
    let inode = this.#find(place);
    if (inode === undefined) {
      this.#last += 1;
      inode = this.#last;
      this.#change(call, { kind: "put", to: place, inode });
    } else if (flags.includes("O_TRUNC")) this.#add(call, { change: { kind: "truncate", inode, size: 0 } });
    if (flags.includes("O_APPEND")) throw new Error("the recording does not understand appending");
    this.#descriptors.set(call.result, { inode, offset: 0 });
  }

  #note(answer: string, inode: Inode | undefined): void {
    const [, ino, size] = /stx_ino=(\d+), stx_size=(\d+)/.exec(answer) ?? [];
    const [, seconds, nanoseconds] = /stx_mtime=\{tv_sec=(\d+), tv_nsec=(\d+)\}/.exec(answer) ?? [];
    if (inode === undefined || ino === undefined || size === undefined || seconds === undefined) return;
    const mtime = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds ?? 0);
    this.identities.set(`${ino}:${size}:${mtime}`, inode);
  }

  #newFolder(): Inode {
    this.#last += 1;
    this.folders.add(this.#last);
    this.#entries.set(this.#last, new Map());
    return this.#last;
  }

  #change(call: SystemCall, change: Change): void {
    if (change.kind === "remove" || change.kind === "move") {
      this.#entries.get(change.from.folder)?.delete(change.from.name);
    }
    if (change.kind === "put" || change.kind === "move") {
      this.#entries.get(change.to.folder)?.set(change.to.name, change.inode);
    }
    this.#add(call, { change });
  }

  #add({ start, end }: SystemCall, step: { change: Change } | { sync: Inode } | { mark: string }): void {
    this.steps.push({ start, end, ...step });
  }

  /** Where a path lies below the root; undefined for one outside. */
  #place(file: string): Entry | undefined {
    const relative = path.relative(this.#root, path.resolve(file));
    if (!path.isAbsolute(file) || relative.startsWith("..") || relative === "") return undefined;
    const names = relative.split("/");
    const name = names.pop() ?? "";
    let folder: Inode | undefined = ROOT;
    for (const each of names)
      folder = folder === undefined ? undefined : this.#entries.get(folder)?.get(each);
    return folder === undefined ? undefined : { folder, name, passing: isPassing(relative) };
  }

  #find({ folder, name }: Entry): Inode | undefined {
    return this.#entries.get(folder)?.get(name);
  }

  #require(place: Entry): Inode {
    const inode = this.#find(place);
    if (inode === undefined) throw new Error(`the recording has lost ${JSON.stringify(place)}`);
    return inode;
  }
}
