/** A text that somebody may give as an id, a key, a name or anything else. */
export interface HostileText {
  readonly text: string;
  /** Whether a container may have it as its id: it can be the name of a folder of the store. */
  readonly mayBeId: boolean;
  /** Whether an item may have it as its key: it leads to a file of its own in the container's folder. */
  readonly mayBeKey: boolean;
}

const hostile = (text: string, mayBeId: boolean, mayBeKey: boolean): HostileText => ({
  text,
  mayBeId,
  mayBeKey,
});

export const hostileTexts: readonly HostileText[] = [
  hostile("..", false, false),
  hostile(".", false, false),
  hostile("/", false, false),
  hostile("../", false, false),
  hostile("a/", false, false),
  hostile("a/b", false, true),
  hostile("../victim", false, true),
  hostile("../../../../../../../../etc/passwd", false, true),
  hostile("../store", false, true),
  hostile("\0", false, false),
  hostile("nul\0byte", false, true),
  hostile("\0.", false, true),
  hostile("__proto__", true, true),
  hostile("constructor", true, true),
  hostile("toString", true, true),
  hostile("x".repeat(255), true, true),
  hostile("x".repeat(256), false, false),
  hostile("X".repeat(300), false, false),
  hostile("é".repeat(150), false, false),
  hostile(" ", true, true),
  hostile("a b", true, true),
  hostile("line\nbreak", true, true),
  hostile("\r\n", true, true),
  hostile("\ud800", true, true),
  hostile("lone\udfffinside", true, true),
  hostile("\u202egnp.exe", true, true),
  hostile("\\", true, true),
  hostile("C:\\victim", true, true),
  hostile("~", true, true),
  hostile("$(touch victim)", true, true),
  hostile("-rf", true, true),
  hostile("containers.json", false, true),
  hostile("volatile-containers.json", false, true),
  hostile("containers.lock", false, true),
  hostile(".tmp-containers.json1", false, true),
  hostile(".stowage-removed-1", false, true),
  hostile("userdata", true, false),
];
