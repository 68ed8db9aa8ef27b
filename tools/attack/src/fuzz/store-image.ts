import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** Something that stands in a folder. Kinds that can only be made with a program are second names of one that is there. */
export type Thing =
  | { readonly kind: "file"; readonly bytes: Buffer; readonly mode?: number }
  | { readonly kind: "folder"; readonly mode?: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "pipe" | "socket" | "device" };

/** A store as it is to be found: things by their path, which begins with `store` or `run`, a character for each byte. */
export type StoreImage = ReadonlyMap<string, Thing>;

/** Where things are that `plant` gives second names to; one that the machine lets nobody make is missing. */
export type Models = Readonly<Partial<Record<"pipe" | "socket" | "device", string>>>;

/** Reads a folder into an image. */
export function imageOf(folder: string, name: string): Map<string, Thing> {
  const image = new Map<string, Thing>();
  const visit = (at: string, relative: string): void => {
    const stats = lstatSync(at);
    const mode = stats.mode & 0o777;
    if (stats.isSymbolicLink()) image.set(relative, { kind: "link", target: readlinkSync(at) });
    else if (stats.isFile()) image.set(relative, { kind: "file", bytes: readFileSync(at), mode });
    else if (stats.isDirectory()) {
      image.set(relative, { kind: "folder", mode });
      for (const each of readdirSync(at)) visit(path.join(at, each), `${relative}/${each}`);
    }
  };
  visit(folder, name);
  return image;
}

/** Makes what an image shows; what cannot be made (below a link, with too long a name) is left out. */
export function plant(image: StoreImage, top: string, models: Models): void {
  // What lies deeper comes later.
  for (const [place, thing] of [...image].sort(([one], [other]) => (one < other ? -1 : 1))) {
    try {
      make(Buffer.concat([Buffer.from(`${top}/`), Buffer.from(place, "latin1")]), thing, models);
    } catch {
      // It would not be there on the disk of an attacker either.
    }
  }
}

function make(at: Buffer, thing: Thing, models: Models): void {
  // Nothing is planted through a link of the same image.
  assertRealFolder(at.subarray(0, at.lastIndexOf("/")));
  switch (thing.kind) {
    case "file":
      writeFileSync(at, thing.bytes, { flag: "wx" });
      return chmodSync(at, thing.mode ?? 0o600);
    case "folder":
      mkdirSync(at);
      return chmodSync(at, thing.mode ?? 0o700);
    case "link":
      return symlinkSync(thing.target, at);
    default: {
      const model = models[thing.kind];
      if (model !== undefined) linkSync(model, at);
    }
  }
}

function assertRealFolder(folder: Buffer): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  assertRealFolder(folder.subarray(0, folder.lastIndexOf("/")));
  mkdirSync(folder, { mode: 0o700 });
}
