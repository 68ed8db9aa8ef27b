import { isFileName } from "./data-folder.ts";

/** Where an item lies inside its container's folder. */
export interface BigDataFile {
  /** One or more plain file names. */
  readonly components: readonly string[];
  /** False for files that may be read but that we do not write: see `bigDataFile`. */
  readonly writable: boolean;
}

const ALL_BUT_LAST_PLAIN = /^[.0-9a-z]*.$/su;

/** podman keeps a folder of this name inside each container's. */
const PODMANS_OWN = "userdata";

/**
 * The file of a big data item, or undefined when the key has none strictly
 * inside the container's folder (or none that a file system can hold).
 *
 * A key of `.`, `0-9` and `a-z` names its file itself; any other is written as
 * `=` and the base64 of its UTF-8 bytes. One quirk of the Go loop is part of
 * the format: a last character outside that set does not count, so `endsinA` is
 * its own file name. As containers/storage `makeBigDataBaseName`.
 *
 * Base64 may hold a `/`: then the item lies in a folder of its own. A key that
 * names itself and ends with `/` shares the file of the key without it: it may
 * be read, and is not written.
 */
export function bigDataFile(key: string): BigDataFile | undefined {
  if (key === "" || !key.isWellFormed()) return undefined;
  const namesItself = ALL_BUT_LAST_PLAIN.test(key);
  const encoded = namesItself ? key : `=${Buffer.from(key).toString("base64")}`;
  const components = encoded.split("/").filter((component) => component !== "");
  if (components.length === 0 || !components.every(isFileName)) return undefined;
  return {
    components,
    writable: !(namesItself && key.endsWith("/")) && components[0] !== PODMANS_OWN,
  };
}
