/** The members of a record, in the order in which Go writes them. */
export const MEMBERS = [
  "id",
  "names",
  "image",
  "layer",
  "metadata",
  "big-data-names",
  "big-data-sizes",
  "big-data-digests",
  "created",
  "uidmap",
  "gidmap",
  "flags",
] as const;
export type Member = (typeof MEMBERS)[number];

/** The members of one id mapping, in the order in which Go writes them. */
export const MAPPING_MEMBERS = ["container_id", "host_id", "size"] as const;

/** The record itself, as Go's library counts what is nested; it does not count the file's list. */
export const RECORD_DEPTH = 1;

const POSITIONS: ReadonlyMap<string, number> = new Map(MEMBERS.map((member, position) => [member, position]));

/** The place of a member among others; after all for one that is not known. */
export function positionOf(member: Member | undefined): number {
  return member === undefined ? MEMBERS.length : POSITIONS.get(member)!;
}

/** The member that a key stands for, in whatever case; undefined when it is not known. */
export function memberOf(key: string): Member | undefined {
  if (POSITIONS.has(key)) return key as Member;
  const folded = foldKey(key);
  return POSITIONS.has(folded) ? (folded as Member) : undefined;
}

/**
 * The key in the case in which members are known. Go's lower case of the dotted
 * capital I is a plain `i` (JavaScript's has a dot left over); no other
 * character beyond ASCII has a lower case that occurs in a member's name.
 */
function foldKey(key: string): string {
  return key.replaceAll("\u0130", "i").toLowerCase();
}
