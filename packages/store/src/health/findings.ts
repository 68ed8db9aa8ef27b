import type { Finding } from "../options.ts";

type Kind = Pick<Finding, "severity" | "action" | "repair">;

/**
 * Everything that `check` can find: how grave it is, what to do about it, and
 * who can. Codes are permanent; texts may be reworded.
 */
export const FINDINGS = {
  CHECK_FILE_UNREADABLE: {
    severity: "damage",
    action:
      "repair: keeps a copy of the file, every complete record of it, and a list of the folders that no record speaks of",
    repair: "safe",
  },
  CHECK_FILE_UNSEARCHED: {
    severity: "damage",
    action:
      "put an older copy of the file in its place, or mend it by hand; or repair with this code named: keeps a copy of the file, and the records that were found",
    repair: "named",
  },
  CHECK_FILE_LOST: {
    severity: "damage",
    action:
      "put an older copy of the file in its place; or repair with this code named: keeps a copy and a list of the containers' folders, and begins an empty list",
    repair: "named",
  },
  CHECK_FILE_MISSING: {
    severity: "error",
    action:
      "put an older copy of the file there; or repair with this code named: begins an empty list, and lets gc remove the folders",
    repair: "named",
  },
  CHECK_FILE_UNREAD: {
    severity: "error",
    action: "look what it is; the next change leaves it out of the file, and keeps a copy of it as it was",
    repair: "none",
  },
  CHECK_FILE_REFUSED: {
    severity: "damage",
    action: "see that it is what it should be, and that the user who owns the store can read it",
    repair: "none",
  },
  CHECK_COMMIT_UNFINISHED: {
    severity: "warning",
    action: "none is needed: the next one who opens the store for writing finishes it; repair does so now",
    repair: "safe",
  },
  CHECK_DUPLICATE_ID: {
    severity: "error",
    action: "repair: keeps the first of the records, which is the one in use",
    repair: "safe",
  },
  CHECK_DUPLICATE_NAME: {
    severity: "error",
    action: "repair: the later container keeps the name, as every program that loads the store decides",
    repair: "safe",
  },
  CHECK_NAME_ACROSS_FILES: {
    severity: "error",
    action: "repair: the volatile container keeps the name, as every program that loads the store decides",
    repair: "safe",
  },
  CHECK_DUPLICATE_LAYER: {
    severity: "warning",
    action: "none is needed if they are meant to share it; else delete the container that is not wanted",
    repair: "none",
  },
  CHECK_ID_NO_FILE_NAME: {
    severity: "error",
    action: "delete the container, or repair with this code named: nothing but the record is removed",
    repair: "named",
  },
  CHECK_KEY_NO_FILE_NAME: {
    severity: "error",
    action: "repair with this code named: takes the key out of the record",
    repair: "named",
  },
  CHECK_BIG_DATA_MISSING: {
    severity: "error",
    action:
      "store it again; repair puts the recorded content back if a write that was cut short has left it, and with this code named it takes the item out of the record",
    repair: "named",
  },
  CHECK_BIG_DATA_RESIZED: {
    severity: "error",
    action:
      "store it again; repair puts the recorded content back if a write that was cut short has left it, and with this code named it records size and digest of what is there",
    repair: "named",
  },
  CHECK_BIG_DATA_ALTERED: {
    severity: "error",
    action:
      "store it again; repair puts the recorded content back if a write that was cut short has left it, and with this code named it records size and digest of what is there",
    repair: "named",
  },
  CHECK_BIG_DATA_UNMEASURED: {
    severity: "warning",
    action: "repair: measures it and completes the record",
    repair: "safe",
  },
  CHECK_BIG_DATA_UNLISTED: {
    severity: "warning",
    action:
      "store it again, if it is wanted; or repair with this code named: takes the size and the digest out of the record",
    repair: "named",
  },
  CHECK_BIG_DATA_UNREADABLE: {
    severity: "error",
    action: "look at the file, and see that the user who owns the store can read it",
    repair: "none",
  },
  CHECK_LINK: {
    severity: "error",
    action: "look at what it points to, and put a real file or folder in its place; it is never followed",
    repair: "none",
  },
  CHECK_WRONG_KIND: {
    severity: "error",
    action: "look at it, and move it away",
    repair: "none",
  },
  CHECK_MODE_WRONG: {
    severity: "warning",
    action: "repair: sets the mode",
    repair: "safe",
  },
  CHECK_FOLDER_ORPHANED: {
    severity: "warning",
    action: "gc removes it, unless a copy that was kept of the records speaks of it",
    repair: "gc",
  },
  CHECK_FOLDER_UNKNOWN: {
    severity: "warning",
    action: "look whose it is; gc leaves it alone, since it is not named like the id of a container",
    repair: "none",
  },
  CHECK_FOLDER_UNREADABLE: {
    severity: "error",
    action: "see that the user who owns the store can read it, or check as that user",
    repair: "none",
  },
  CHECK_FOLDER_SET_ASIDE: {
    severity: "warning",
    action: "gc removes it",
    repair: "gc",
  },
  CHECK_FILE_TEMPORARY: {
    severity: "warning",
    action: "gc removes it once it is a day old",
    repair: "gc",
  },
  CHECK_OTHER_MODE_FILE: {
    severity: "warning",
    action:
      "see that no program uses the store in the other mode, transient or not; then move the file away if it is not wanted",
    repair: "none",
  },
  CHECK_TOKEN_MISSING: {
    severity: "warning",
    action: "none is needed if the store was copied here; repair writes a token",
    repair: "safe",
  },
  CHECK_TOKEN_LENGTH: {
    severity: "warning",
    action: "repair: writes a token of the right length",
    repair: "safe",
  },
  CHECK_TOKEN_INVALID: {
    severity: "warning",
    action: "none is needed to work with the store; repair writes a token of now",
    repair: "safe",
  },
  CHECK_TOKEN_STALE: {
    severity: "warning",
    action:
      "see who changes the files without the lock; repair writes a token, so that whoever has the store open reads it again",
    repair: "safe",
  },
  CHECK_TOKEN_FUTURE: {
    severity: "warning",
    action: "see that the clock is right; repair writes a token of now",
    repair: "safe",
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type FindingCode = keyof typeof FINDINGS;

export type Place = Pick<Finding, "path" | "id" | "key" | "name" | "offset" | "record">;

/** What a finding with this code says; the place's undefined members are left out. */
export function finding(
  code: FindingCode,
  message: string,
  place: { [K in keyof Place]?: Place[K] | undefined },
): Finding {
  const known = Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined)) as Place;
  return { code, ...FINDINGS[code], message, ...known };
}

/** Whether it is the code of a finding; `isCode("toString")` is false. */
export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDINGS, code);
}

/** A text from disk as a message may show it: quoted, and not without end. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
