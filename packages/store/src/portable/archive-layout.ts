/*
 * An archive is a plain tar file:
 *
 *   stowage-export.json   {"format":"stowage-export","version":1,"containers":2,"digest":"sha256:…"}
 *   containers.ndjson     a line for each container: see `encodeLine`; its digest stands in the header, so that no
 *                         record of a list that was changed comes in before the manifest tells
 *   data/1/1              items, in the order of the lines: of the first container the first one, and so on
 *   data/1/2
 *   manifest.ndjson       {"path","size","digest"} of each file before it; last, so that what is cut off is known
 *
 * Ids and keys are no part of a path, so that nothing in a store can lead whoever
 * unpacks an archive by other means out of his folder.
 */

export const HEADER_FILE = "stowage-export.json";
export const CONTAINERS_FILE = "containers.ndjson";
export const MANIFEST_FILE = "manifest.ndjson";

export const FORMAT = "stowage-export";
export const VERSION = 1;

/** Both counted from 1. */
export const dataFile = (container: number, item: number): string => `data/${container}/${item}`;

/** A file that an archive has. */
export interface ManifestLine {
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

export const encodeManifestLine = ({ path, size, digest }: ManifestLine): string =>
  `${JSON.stringify({ path, size, digest })}\n`;
