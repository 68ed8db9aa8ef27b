// What is asked of the real library: members of a record, whole records, whole files. Strings are
// Latin-1: one character for each byte.

/** A text as the bytes of its UTF-8, one character for each. */
const utf8 = (text) => Buffer.from(text).toString("latin1");

const strings = [
  String.raw`"plain"`,
  String.raw`""`,
  String.raw`"\"\\\/\b\f\n\r\t"`,
  String.raw`"< > &"`,
  String.raw`"\u003c\u003E\u0026"`,
  String.raw`"\u2028\u2029"`,
  utf8('"\u2028 \u2029 \u2027 \u202a"'),
  String.raw`"\u0000\u0001\u0008\u000b\u000c\u001f\u007f\u0080"`,
  '"\x7f"',
  utf8('"é \u{1f600} \uffff \ufffd"'),
  String.raw`"\ufffd\uFFFF\u00e9"`,
  String.raw`"\ud83d\ude00"`,
  String.raw`"\ud800"`,
  String.raw`"\udc00x"`,
  String.raw`"\ud800\ud800\udc00"`,
  String.raw`"\ud800\n"`,
  String.raw`"\ud800\\u"`,
  String.raw`"\ud800A"`,
  String.raw`"\udc00\ud83d\ude00"`,
  String.raw`"\ud83dx\ude00"`,
  String.raw`"\ud800\x"`,
  String.raw`"\ud800\u12"`,
  '"\x80"',
  '"a\xff\xfeb"',
  '"\xc3"',
  '"\xe2\x82"',
  '"\xed\xa0\x80"',
  '"\xf4\x90\x80\x80"',
  '"\xc0\x80"',
  '"\xf0\x9f\x98\x80"',
  '"\xf0\x9f\x98"',
  '"tab\tin it"',
  '"nul\x00in it"',
  '"escape\\nthen\ttab\x00nul\x1f"',
  '"newline\nin it"',
  String.raw`"\x41"`,
  String.raw`"\u12g4"`,
  String.raw`"\u123"`,
  String.raw`"\U0041"`,
  String.raw`"open`,
  "'single'",
  "null",
  "nul",
  "nullx",
  "1",
  "true",
  "{}",
  "[]",
  "",
];

const floats = [
  "0", "-0", "1", "-1", "1.5", "1.50", "1.0", "100", "1e3", "1E3", "1e+3", "1e-3", "1e21", "1e20", "123456789012345678901234",
  "1e-6", "1e-7", "1.5e-7", "0.000001", "0.0000001", "1e-10", "1e100", "1e-100", "1e308", "1e309", "1e400", "-1e400",
  "1e-400", "-1e-400", "5e-324", "2e-324", "4.9e-324", "1.7976931348623157e308", "9007199254740991", "9007199254740992",
  "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551616", "0.1", "0.30000000000000004",
  "0.3", "3.141592653589793238", "123456.7890123", "1234567.8", "0e5", "0.0", "-0.0", "0e-999999999999", "1e99999999999",
  "-+5", "-+.5", "-+007", "-+1e5", "-+", "-", "--1", "+1", "-.5", ".5", "1.", "1.e5", "1e", "1e+", "01", "-01", "-00", "00",
  "0x10", "1_000", "NaN", "Infinity", "-Infinity", "1 2", "1,5", "1.5.5", "1e5e5", "1-2", "true", "false", "tru", "truex", "null", "nil",
]; // prettier-ignore

const integers = [
  "0", "-0", "1", "-1", "00", "01", "1.0", "1.5", "1e3", "1E3", "9007199254740991", "9007199254740992", "9007199254740993",
  "-9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
  "18446744073709551615", "18446744073709551616", "99999999999999999999", "123456789012345678901234567890", "null", '"1"', "true", "[]", "{}", "-", "--1", "+1", ".5", "-+1", " 7 ", "", "1 2",
]; // prettier-ignore

const values = [
  "{}", "[]", "[ ]", "{ }", "[[],{}]", '{"b":1,"a":2}', '{"a":1,"a":2}', '{"a":{"c":[1,{"d":null}]}}', '{"":0}', "[1,]", "[,1]", '{"a":1,}',
  '{"a"}', '{"a":}', "{a:1}", "{1:1}", '{null:1}', '{"a":1,null:2}', "[1 2]", '{"a":1 "b":2}', "[1", '{"a":1', "[", "{", "]", "}",
  '{"__proto__":1,"constructor":2,"toString":3}', '{"10":1,"9":2,"a":3}', utf8('{"\u{10000}":1,"\uffff":2,"\ue000":3,"z":4}'),
  '{"\xffx":1,"\xfea":2,"a":3}', String.raw`{"\u003c":1,"<a":2}`, String.raw`{"\u2028":1}`, '[true,false,null,"x",-0,1e5]', "/* */1", "1 // x", "[null]", "nullnull",
  utf8('"\u{1f600}"'),
]; // prettier-ignore

const times = [
  "2024-01-02T03:04:05Z", "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05.1Z", "2024-01-02T03:04:05.100Z", "2024-01-02T03:04:05,5Z",
  "2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05.1234567899Z", "2024-01-02T03:04:05.000000000Z", "2024-01-02T03:04:05.0000000009Z",
  "2024-01-02T3:04:05Z", "2024-01-02T3:04:05+01:00", "2024-01-02T003:04:05Z", "2024-01-02T03:4:05Z", "2024-01-02T03:04:5Z", "2024-1-02T03:04:05Z", "2024-01-2T03:04:05Z",
  "2024-01-02t03:04:05Z", "2024-01-02T03:04:05z", "2024-01-02 03:04:05Z", "2024-01-02T03:04:05", "2024-01-02", "",
  "2024-01-02T24:00:00Z", "2024-01-02T23:60:00Z", "2024-01-02T23:59:60Z", "2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
  "2000-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-04-30T00:00:00Z", "2024-00-01T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-32T00:00:00Z",
  "0000-01-01T00:00:00Z", "0000-02-29T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "10000-01-01T00:00:00Z", "-001-01-01T00:00:00Z",
  "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05+05:30", "2024-01-02T03:04:05.50-11:00", "2024-01-02T03:04:05+23:59",
  "2024-01-02T03:04:05+23:60", "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05-24:00", "2024-01-02T03:04:05.500+24:60", "2024-01-02T03:04:05+25:00",
  "2024-01-02T03:04:05+05:60", "2024-01-02T03:04:05+00:60", "2024-01-02T03:04:05+05:61", "2024-01-02T03:04:05+5:30", "2024-01-02T03:04:05+0530",
  "2024-01-02T03:04:05 Z", " 2024-01-02T03:04:05Z", "2024-01-02T03:04:05ZZ", "2024-01-02T03:04:05.5", "2024-01-02T03:04:05.5X",
  String.raw`2024\u002d01-02T03:04:05Z`, "2024-01-02T03:04:05\\", "20a4-01-02T03:04:05Z", "0001-01-01T00:00:00+23:00",
]; // prettier-ignore

const A = '"id":"a","image":"","layer":""';
const T = '"created":"2024-05-06T07:08:09.1Z"';

const records = [
  "{}", "null", "[]", "1", '"x"', "{", "{,}", `{${A},${T},}`, `{${A} ${T}}`, `{${A},,${T}}`, `{ ${A} , ${T} }`, `{${A}}`, `{${T}}`,
  `{${A},"created":null}`, `{${A},${T},"created":null}`, `{${A},"created":{}}`, `{${A},"created":[1]}`, `{${A},"created":1}`, `{${A},"created": "2024-05-06T07:08:09Z" }`,
  `{"id":"x",${A},${T}}`, `{"ID":"b","iMaGe":"i","LAYER":"l","Created":"2024-05-06T07:08:09Z","BIG-data-NAMES":["k"]}`,
  utf8(`{"\u0130d":"dotted","image":"","layer":"",${T}}`), utf8(`{"\u0131d":"dotless",${A},${T}}`), utf8(`{"id":"a","image":"","layer":"",${T},"metadat\uff41":"wide"}`),
  String.raw`{"\u0069d":"escaped","image":"","layer":"",${T}}`,
  `{null:1,${A},${T}}`, `{${A},null:1,${T}}`, `{${A},${T},"names":null}`, `{${A},${T},"names":[]}`, `{${A},${T},"names":["a",null,"b"]}`, `{${A},${T},"names":["a",]}`,
  `{${A},${T},"names":["a"],"names":["b","c"]}`, `{${A},${T},"names":["a","b"],"names":[null]}`, `{${A},${T},"names":["a"],"names":null}`, `{${A},${T},"names":["a"],"names":[]}`,
  `{${A},${T},"metadata":""}`, `{${A},${T},"metadata":"m","metadata":null}`, `{${A},"metadata":"m",${T}}`, `{${A},${T},"metadata":"m"}`,
  `{${A},"big-data-sizes":{"b":1,"a":2},${T}}`, `{${A},"big-data-sizes":{"a":1,"a":2},${T}}`, `{${A},"big-data-sizes":{"a":1},"big-data-sizes":{"b":2,"a":null},${T}}`,
  `{${A},"big-data-sizes":{"a":1},"big-data-sizes":null,${T}}`, `{${A},"big-data-sizes":{"a":1},"big-data-sizes":null,"big-data-sizes":{"c":3},${T}}`, `{${A},"big-data-sizes":{},${T}}`,
  `{${A},"big-data-sizes":{"a":1},"big-data-sizes":{},${T}}`, `{${A},"big-data-sizes":{null:5},${T}}`, `{${A},"big-data-sizes":{"a":1,null:5},${T}}`, `{${A},"big-data-sizes":{"a":1,},${T}}`, `{${A},"big-data-sizes":{"a" : 1 },${T}}`,
  `{${A},"big-data-digests":{"a":"sha256:<>","b":null},${T}}`, `{${A},"big-data-digests":{"a":1},${T}}`, `{${A},"big-data-digests":[],${T}}`,
  `{${A},${T},"uidmap":[{"container_id":1,"host_id":2,"size":3}]}`, `{${A},${T},"uidmap":[{"size":3,"host_id":2,"container_id":1}]}`, `{${A},${T},"uidmap":[{}]}`, `{${A},${T},"uidmap":[null]}`,
  `{${A},${T},"uidmap":[{"SIZE":3,"Host_ID":2}]}`, `{${A},${T},"uidmap":[{"size":3,"x":[1,{"y":"z"}]}]}`, `{${A},${T},"uidmap":[{"size":1.5}]}`, `{${A},${T},"uidmap":[{"size":9223372036854775807,"host_id":-9223372036854775808}]}`,
  `{${A},${T},"uidmap":[{"container_id":1,"host_id":2,"size":3}],"uidmap":[{"size":9}]}`, `{${A},${T},"uidmap":[{"container_id":1},{"host_id":2},{"size":3}],"uidmap":[{"size":9}]}`,
  `{${A},${T},"uidmap":[{"container_id":1},{"host_id":2},{"size":3}],"uidmap":[null],"uidmap":[null,null,{"host_id":7}]}`, `{${A},${T},"uidmap":[{"container_id":1},{"host_id":2}],"uidmap":[],"uidmap":[null,null]}`,
  `{${A},${T},"uidmap":[{"container_id":1},{"host_id":2}],"uidmap":null,"uidmap":[null,null]}`, `{${A},${T},"uidmap":[{"size":1,"size":null,"size":2}]}`, `{${A},${T},"uidmap":[{"size":2,"size":null}]}`, `{${A},${T},"uidmap":{}}`, `{${A},${T},"uidmap":[1]}`, `{${A},${T},"uidmap":[[]]}`, `{${A},${T},"uidmap":[{null:1}]}`, `{${A},${T},"uidmap":[{"size":1,}]}`,
  `{${A},${T},"gidmap":[{"container_id":0,"host_id":1000,"size":1},{"container_id":1,"host_id":100000,"size":65536}]}`,
  `{${A},${T},"flags":{}}`, `{${A},${T},"flags":null}`, `{${A},${T},"flags":{"a":1},"flags":{"b":{"x":1}},"flags":{"b":{"y":2}}}`, `{${A},${T},"flags":{"a":1},"flags":null,"flags":{"c":3}}`, `{${A},${T},"flags":{null:1}}`, `{${A},${T},"flags":{"a":null}}`,
  `{"flags":{"z":1},"gidmap":[{"size":1}],"uidmap":[{"size":2}],${T},"layer":"l","image":"i","names":["n"],"id":"reversed"}`,
  `{${A},${T}}\x00`, `{${A},${T}}x`,
  // Members that the library does not know: only whether it can read them is compared.
  `{${A},${T},"x-a":1}`, `{"x-a":[1,{"b":"c"}],${A},${T}}`, `{${A},${T},"x":01}`, `{${A},${T},"x":-01}`, `{${A},${T},"x":-.5}`, `{${A},${T},"x":-0.5.5}`, `{${A},${T},"x":1.}`, `{${A},${T},"x":-+5}`, `{${A},${T},"x":1e400}`, `{${A},${T},"x":-01e5}`, `{${A},${T},"x":-1e}`,
  `{${A},${T},"x":"a\\nb\x01"}`, `{${A},${T},"x":"a\x01"}`, `{${A},${T},"x":"\xff"}`, `{${A},${T},"x":nul}`, `{${A},${T},"x":}`, `{${A},${T},"x"}`, `{${A},${T},"x":{"a":1,null:2}}`, `{${A},${T},"x":{null:2}}`, `{${A},${T},"x":[1,]}`, `{${A},${T},"x":"\\q"}`, `{${A},${T},"x":1,"x":2}`, `{${A},${T},"x":1,"X":2}`, `{${A},${T},"x": [ 1 ] }`,
  `{${A},${T},"x":"\\ud800"}`, `{${A},${T},"x":tru}`, `{${A},${T},"x":123456789012345678901234567890}`, `{${A},${T},"x":1.23456789e-7}`,
  `{${A},${T},"a\tb":1}`, `{${A},${T},"\\n\tb":1}`, `{${A},${T},"a\xff":1}`,
]; // prettier-ignore

const R = `{${A},${T}}`;
const files = [
  "", " ", "\n", "null", " null ", "null\x00", "nullx", "nul", "[]", " [ ] ", "[]\x00", "[]x", "[]\x00\x00x", "[", "]", "[,]", "[]]", "{}", "\x00", "\x00[]", "[\x00]", `[${R}]`, `[${R},]`, `[${R}`, `[${R},${R}]`, `[${R} ${R}]`,
  `[${R}]\n`, `[${R}]\x00garbage`, `[${R}] x`, `[null]`, `[${R},null]`, `[${R}][]`, `\xef\xbb\xbf[]`, `[ ${R}\t,\r\n${R} ] `, `\x0b[]`, `\xa0[]`, "true", "1", '"x"', "[[]]", `[${R},[]]`, `[${R}}`, `[${R}\x00]`, `[${R},\x00${R}]`, `// x\n[]`,
]; // prettier-ignore

/** Every question by a name of its own: the file that the library is given. */
export const inputs = [
  ...strings.map((text) => [`metadata ${text}`, `[{${A},"metadata":${text},${T}}]`]),
  ...strings.map((text) => [`name ${text}`, `[{"id":"a","names":[${text}],"image":"","layer":"",${T}}]`]),
  ...strings.map((text) => [`key ${text}`, `[{${A},${T},"flags":{${text}:1}}]`]),
  ...strings.map((text) => [`flag ${text}`, `[{${A},${T},"flags":{"k":${text}}}]`]),
  ...strings.map((text) => [`digest ${text}`, `[{${A},"big-data-digests":{"k":${text}},${T}}]`]),
  ...floats.map((text) => [`number ${text}`, `[{${A},${T},"flags":{"k":${text}}}]`]),
  ...integers.map((text) => [`size ${text}`, `[{${A},"big-data-sizes":{"k":${text}},${T}}]`]),
  ...values.map((text) => [`value ${text}`, `[{${A},${T},"flags":{"k":${text}}}]`]),
  ...times.map((text) => [`time ${text}`, `[{${A},"created":"${text}"}]`]),
  ...records.map((text) => [`record ${text}`, `[${text}]`]),
  ...files.map((text) => [`file ${text}`, text]),
];
