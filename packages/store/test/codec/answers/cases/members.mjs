import { file, utf8, product } from "./parts.mjs";

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
];

const VALUES = {
  id: ['"a"', '"b"'],
  image: ['"i"', '"j"'],
  layer: ['"l"', '"m"'],
  metadata: ['"x"', '"y"', '""'],
  names: ['["n"]', '["o","p"]', "[]"],
  "big-data-names": ['["n"]', '["o","p"]', "[]"],
  "big-data-sizes": ['{"a":1}', '{"a":2,"b":3}', "{}"],
  "big-data-digests": ['{"a":"1"}', '{"a":"2","b":"3"}', "{}"],
  created: ['"2024-01-02T03:04:05Z"', '"2025-01-02T03:04:05.5Z"'],
  flags: ['{"a":{"x":1}}', '{"a":{"y":2},"b":3}', "{}", '{"a":null}'],
  uidmap: [
    '[{"container_id":1,"host_id":2,"size":3},{"container_id":4,"host_id":5,"size":6}]',
    '[{"size":9}]',
    '[{},{"host_id":8},{}]',
    "[]",
  ],
  gidmap: ['[{"container_id":1,"host_id":2,"size":3}]', "[{},{}]", "[null]"],
};

export function keys() {
  const one = (key, value) => `[{"created":"2024-01-02T03:04:05Z",${key}:${value}}]`;
  const spelled = (member) => [
    member.toUpperCase(),
    member[0].toUpperCase() + member.slice(1),
    utf8(member.replaceAll("s", "\u017f")),
    utf8(member.replaceAll("i", "\u0130")),
    utf8(member.replaceAll("i", "\u0131")),
    `\\u00${member.charCodeAt(0).toString(16)}${member.slice(1)}`,
    ` ${member}`,
    `${member} `,
    member.replaceAll("-", "_"),
    member.replaceAll("-", ""),
    `${member}\\u0000`,
    member.slice(0, -1),
    utf8(`${member}\u0301`),
  ];
  const mapping = (members) => file(`"uidmap":[{${members}}]`);
  return [
    ...MEMBERS.flatMap((member) => spelled(member).map((key) => one(`"${key}"`, VALUES[member][0]))),
    ...MEMBERS.flatMap((member) =>
      product([...VALUES[member], "null"], [...VALUES[member], "null"]).map(
        ([first, second]) => `[{"${member}":${first},"x":1,"${member.toUpperCase()}":${second}}]`,
      ),
    ),
    ...["uidmap", "flags", "names", "big-data-sizes"].flatMap((member) =>
      product(VALUES[member], [...VALUES[member], "null"], VALUES[member]).map(
        (all) => `[{${all.map((value) => `"${member}":${value}`).join(",")}}]`,
      ),
    ),
    // Order, and members that are missing.
    ...MEMBERS.map(
      (member) =>
        `[{${MEMBERS.filter((other) => other !== member)
          .map((other) => `"${other}":${VALUES[other][0]}`)
          .join(",")}}]`,
    ),
    ...MEMBERS.map(
      (_, turn) =>
        `[{${[...MEMBERS.slice(turn), ...MEMBERS.slice(0, turn)].map((other) => `"${other}":${VALUES[other][0]}`).join(",")}}]`,
    ),
    `[{${MEMBERS.toReversed()
      .map((other) => `"${other}":${VALUES[other][0]}`)
      .join(",")}}]`,
    "[{}]",
    "[{},{}]",
    '[{"x":1}]',
    '[{"":1}]',
    '[{"id":"a"}]',
    ...[
      '"container_id":1',
      '"CONTAINER_ID":1,"Host_Id":2,"sIzE":3',
      '"size":1,"host_id":2,"container_id":3',
      '"size":1,"size":2',
      '"size":1,"size":null',
      '"other":[1,{"x":"y"}],"size":1',
      '"containerid":1',
      '"container-id":1',
      '"\\u0073ize":5',
      '"":1',
      "",
    ].map(mapping),
    mapping(utf8('"\u017fize":5')),
    mapping(utf8('"s\u0130ze":5')),
    mapping(utf8('"si\u0131ze":5')),
    mapping(utf8('"host_\u0130d":5')),
    ...[
      '"x":1,"x":2',
      '"x":1,"y":2,"x":3',
      '"X":1,"x":2',
      '"x":{"a":1,"a":2}',
      '"x": [ 1 , 2 ] ',
      '"x":"\\u0041"',
      '"x":1.0',
      '"x":1e999',
      '"__proto__":1',
      '"constructor":{}',
      '"toString":"x"',
      '"hasOwnProperty":null',
    ].map((members) => file(members)),
    ...["names", "flags", "id"].flatMap((member) =>
      ["__proto__", "constructor", "prototype"].map(
        (key) => `[{"${member}":${VALUES[member][0]},"${key}":{"id":"evil"}}]`,
      ),
    ),
    ...["__proto__", "constructor", "toString", "0", "10", "9", "-1", "1.5"].flatMap((key) => [
      file(`"flags":{"b":1,"${key}":{"${key}":1},"a":2}`),
      file(`"big-data-sizes":{"b":1,"${key}":2,"a":3}`),
    ]),
  ];
}
