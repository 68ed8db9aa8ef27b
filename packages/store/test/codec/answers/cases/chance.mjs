import { seeded } from "../seeded.mjs";
import { utf8, bytes, range } from "./parts.mjs";

const RICH = [
  `{"id":"a1","names":["n1","n2"],"image":"i","layer":"l1","metadata":"m\\"\\u003c\\n${utf8("\u00e9")}","big-data-names":["k","L"],"big-data-sizes":{"L":1,"k":-2},"big-data-digests":{"L":"sha256:0","k":"x"},"created":"2024-01-02T03:04:05.6+07:00","uidmap":[{"container_id":0,"host_id":1,"size":2},{"container_id":5,"host_id":6,"size":7}],"gidmap":[{"container_id":0,"host_id":1,"size":2}],"flags":{"F":{"x":[1.5,null,true,{"y":"z"}],"zz":1e+21},"G":"t"}}`,
  `{"id":"b2","image":"","layer":"l2","created":"0001-01-01T00:00:00Z","flags":{"N":-0,"O":false}}`,
];

/** Sound records after some random edits: most are refused, and where is chance. */
export function edits() {
  const random = seeded(20_260_101);
  const pick = (list) => list[random(list.length)];
  const fragments = [
    "null",
    "{}",
    "[]",
    '""',
    ",",
    ":",
    "[",
    "]",
    "{",
    "}",
    '"',
    "\\",
    "0",
    "-",
    ".",
    "e",
    "true",
    " ",
    "\n",
    "\x00",
    "\xff",
    '"id":"z"',
    '"x":[1]',
    "1e5",
    "\\u00e9",
    "\\ud800",
  ];
  const whole = `[${RICH.join(",")}]`;
  return range(0, 500).map(() => {
    let text = whole;
    for (let count = 1 + random(3); count > 0; count -= 1) {
      const at = random(text.length);
      const to = Math.min(text.length, at + pick([0, 1, 1, 2, 5, 20]));
      const inserted = pick([
        "",
        bytes(random(256)),
        pick(fragments),
        pick(fragments),
        text.slice(at, to).toUpperCase(),
        text.slice(random(text.length)).slice(0, random(12)),
      ]);
      text = text.slice(0, at) + inserted + text.slice(to);
    }
    return text;
  });
}

/** Sound records whose tokens were taken out, doubled or exchanged: nearer to what loads than edits of bytes. */
export function tokens() {
  const random = seeded(20_260_202);
  const whole = `[${RICH.join(",")}]`.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^[\]{}:,"]+/g);
  return range(0, 500).map(() => {
    const list = [...whole];
    for (let count = 1 + random(2); count > 0; count -= 1) {
      const at = random(list.length);
      const other = list[random(list.length)];
      const kind = random(5);
      if (kind === 0) list.splice(at, 1);
      else if (kind === 1) list.splice(at, 0, other);
      else if (kind === 2) list[at] = other;
      else if (kind === 3) list[at] = list[at].toUpperCase();
      else list.splice(at, 0, ...list.slice(random(list.length)).slice(0, 1 + random(9)));
    }
    return list.join("");
  });
}
