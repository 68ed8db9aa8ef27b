/** A name as a person writes it, taken apart as containers/image does. */
export interface Reference {
  /** All but tag and digest. */
  readonly name: string;
  readonly tag: string | undefined;
  /** `sha256:` and what follows. */
  readonly digest: string | undefined;
}

export function parseReference(text: string): Reference {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  // A colon before the last slash belongs to the port of a registry.
  const colon = rest.indexOf(":", rest.lastIndexOf("/") + 1);
  return colon < 0
    ? { name: rest, tag: undefined, digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

/** Whether a name says its registry: the first part has a dot or a port, or is `localhost`. */
function isQualified(name: string): boolean {
  const slash = name.indexOf("/");
  return slash > 0 && /[.:]|^localhost$/.test(name.slice(0, slash));
}

/** Docker's registry keeps what has no owner under `library`. */
function withLibrary(name: string): string {
  return /^docker\.io\/[^/]+$/.test(name) ? name.replace("/", "/library/") : name;
}

/** How a stored name answers to what was written. */
export type Match = "whole" | "end" | undefined;

/**
 * Whether a stored name, whose image has that manifest digest, is meant by a
 * reference. A reference without tag and digest means `:latest`.
 */
export function matchName(wanted: Reference, stored: string, imageDigest: string): Match {
  const { name, tag, digest } = parseReference(stored);
  if (wanted.digest !== undefined && wanted.digest !== (digest ?? imageDigest)) return undefined;
  const wantedTag = wanted.tag ?? (wanted.digest === undefined ? "latest" : undefined);
  if (wantedTag !== undefined && wantedTag !== tag) return undefined;
  if (isQualified(wanted.name)) return withLibrary(wanted.name) === name ? "whole" : undefined;
  if (wanted.name === name) return "whole";
  return wanted.name !== "" && name.endsWith(`/${wanted.name}`) ? "end" : undefined;
}
