import type { SeededRandom } from "@stowage/test-kit";
import { HOSTILE_TEXTS } from "./hostile-json.ts";
import { hostileJournal } from "./hostile-journal.ts";
import { hostileTombstone } from "./hostile-tombstone.ts";
import type { Thing } from "./store-image.ts";

/** Where links may lead: out of the store, back into it, nowhere, round, and to what never ends. */
const TARGETS = [
  "../victim",
  "../victim/precious",
  "../../victim/precious",
  "../../victim",
  "../pipe",
  "../../pipe",
  "..",
  ".",
  "/",
  "/dev/zero",
  "/dev/tty",
  "/proc/self/fd/0",
  "/proc/self/mem",
  "missing",
  "../missing",
  "containers.json",
  "containers.lock",
  "a0".repeat(32),
  "link-a",
  "x".repeat(300),
];

const MODES = [0, 0o444, 0o555, 0o644, 0o666, 0o755, 0o777, 0o4755, 0o1777];

/** Names that mean something to a store, and others. */
const NAMES = [
  "containers.json",
  "volatile-containers.json",
  "containers.lock",
  "containers.lock.portable",
  "containers.lock.portable/protocol.json",
  "containers.lock.portable/gate",
  "containers.lock.portable/readers",
  "containers.lock.portable/readers/0123456789abcdef0123456789abcdef",
  "containers.lock.portable/waiting",
  "containers.lock.portable/waiting/x",
  "containers.lock.portable/leases",
  "containers.lock.portable/trash",
  "containers.lock.portable/spare",
  "containers.lock.portable/spare/1",
  ".stowage-commit.json",
  ".stowage-tombstone",
  ".tmp-containers.json1234",
  ".tmp-0123456789abcdef",
  ".stowage-removed-1",
  "containers.json.123456",
  "containers.json.stowage-backup-20250101T000000.000Z",
  "a0".repeat(32),
  `${"a0".repeat(32)}/k`,
  `${"a0".repeat(32)}/=Pz8`,
  `${"a0".repeat(32)}/userdata`,
  `${"a0".repeat(32)}/.tmp-k1`,
  "d3".repeat(32),
  "link-a",
  "\u00ff\u00fe",
  "a\nb",
];

function drawThing(random: SeededRandom): Thing {
  switch (random.integer(7)) {
    case 0:
      return { kind: "folder", mode: random.chance(0.7) ? 0o700 : random.pick(MODES) };
    case 1:
      return { kind: "file", bytes: Buffer.from(random.bytes(random.pick([0, 1, 64, 5000]))) };
    case 2:
      return { kind: random.pick(["pipe", "socket", "device"]) };
    default:
      return { kind: "link", target: random.pick(TARGETS) };
  }
}

type Image = Map<string, Thing>;

/** Takes a thing away, with all that lies in it. */
function remove(image: Image, place: string): void {
  for (const each of [...image.keys()]) {
    if (each === place || each.startsWith(`${place}/`)) image.delete(each);
  }
}

const SPOILS: readonly ((image: Image, random: SeededRandom) => void)[] = [
  function exchange(image, random) {
    const places = [...image.keys()];
    if (places.length === 0) return;
    const place = random.pick(places);
    // The place of the store itself is the caller's choice, and a link there is a way that he chose.
    if (!place.includes("/")) return;
    remove(image, place);
    image.set(place, drawThing(random));
  },
  function add(image, random) {
    const place = `${random.chance(0.9) ? "store" : "run"}/${random.pick(NAMES)}`;
    remove(image, place);
    image.set(place, drawThing(random));
  },
  function addJournal(image, random) {
    image.set("store/.stowage-commit.json", {
      kind: "file",
      bytes: Buffer.from(hostileJournal(random), "latin1"),
    });
    if (random.chance()) image.set("store/.tmp-x", { kind: "file", bytes: Buffer.from("[]") });
    else image.set("store/.tmp-x", drawThing(random));
  },
  function addTombstone(image, random) {
    const place = "store/.stowage-tombstone";
    remove(image, place);
    image.set(place, { kind: "folder", mode: random.chance(0.9) ? 0o700 : random.pick(MODES) });
    for (const name of hostileTombstone(random)) {
      image.set(`${place}/${name}`, { kind: "file", bytes: Buffer.alloc(0) });
    }
    if (random.chance()) image.set(`${place}/k`, drawThing(random));
  },
  function addInside(image, random) {
    const folders = [...image].filter(([, { kind }]) => kind === "folder").map(([place]) => place);
    if (folders.length === 0) return;
    const name = random.chance() ? random.pick(HOSTILE_TEXTS) : random.pick(NAMES);
    const place = `${random.pick(folders)}/${name.replaceAll("/", "_")}`;
    if (/\/\.{0,2}$/.test(place)) return;
    remove(image, place);
    image.set(place, drawThing(random));
  },
  function takeAway(image, random) {
    const places = [...image.keys()].filter((place) => place.includes("/"));
    if (places.length > 0) remove(image, random.pick(places));
  },
  function setMode(image, random) {
    const [place, thing] = random.pick([...image]);
    if (thing.kind === "file" || thing.kind === "folder")
      image.set(place, { ...thing, mode: random.pick(MODES) });
  },
  function loop(image) {
    remove(image, "store/link-a");
    image.set("store/link-a", { kind: "link", target: "link-b" });
    image.set("store/link-b", { kind: "link", target: "link-a" });
  },
  function move(image, random) {
    const places = [...image.keys()].filter((place) => place.includes("/"));
    if (places.length < 2) return;
    const [from, to] = random.shuffled(places);
    const thing = image.get(from!)!;
    remove(image, from!);
    remove(image, to!);
    image.set(to!, thing);
  },
];

/** Puts other things in the place of some, in one to four places. */
export function spoilPlaces(image: Image, random: SeededRandom): void {
  for (let times = 1 + random.integer(4); times > 0 && image.size > 0; times -= 1)
    random.pick(SPOILS)(image, random);
}
