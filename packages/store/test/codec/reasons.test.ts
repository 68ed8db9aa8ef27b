import { describe, expect, it } from "vitest";
import { CodecError } from "../../src/codec/codec-error.ts";
import { decodeContainer } from "../../src/codec/decode-container.ts";
import { decodeFile, visitRecords } from "../../src/codec/decode-file.ts";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { makeContainer } from "../../src/model/containers.ts";

const good = '{"id":"a","image":"","layer":"","created":"2024-01-02T03:04:05Z"}';

/** What is thrown for a text in which `¦` marks the place that is at fault. */
function expectReason(marked: string, reason: string, read: (bytes: Buffer) => unknown): void {
  const offset = Buffer.from(marked).indexOf("¦");
  const bytes = Buffer.from(marked.replace("¦", ""));
  expect(() => read(bytes)).toThrow(
    expect.objectContaining({ name: "CodecError", reason, offset }) as CodecError,
  );
}

describe("the reason why bytes are no record", () => {
  it.each([
    ["¦5", "a record expected"],
    ["{¦id:1}", "a key expected"],
    ["{n¦o:1}", "`null` expected"],
    ['{"id"¦"a"}', "`:` expected"],
    ['{"id":"a"¦;}', "`}` expected"],
    ['{"id":¦5}', "a string expected"],
    ['{"id":"a¦\u0001"}', "a control character in a string"],
    ['{"id":"\\¦x"}', "an escape that JSON does not have"],
    ['{"id":"\\u00¦g0"}', "four hexadecimal digits expected"],
    ['{"names":¦5}', "a list expected"],
    ['{"names":["a"¦;]}', "`]` expected"],
    ['{"created":¦5}', "a time in a string expected"],
    ['{"created":¦"now"}', "a time such as 2006-01-02T15:04:05Z expected"],
    ['{"uidmap":[¦5]}', "a mapping expected"],
    ['{"uidmap":[{¦null:5}]}', "a key expected"],
    ['{"big-data-sizes":¦5}', "an object expected"],
    ['{"big-data-sizes":{"k":¦x}}', "a whole number expected"],
    ['{"big-data-sizes":{"k":1¦.5}}', "a whole number expected"],
    ['{"big-data-sizes":{"k":1¦e5}}', "a whole number expected"],
    ['{"big-data-sizes":{"k":¦01}}', "a number with a leading zero"],
    ['{"big-data-sizes":{"k":¦9223372036854775808}}', "a number beyond 64 bits"],
    ['{"big-data-sizes":{"k":¦-9223372036854775809}}', "a number beyond 64 bits"],
    [`{"big-data-sizes":{"k":¦${"9".repeat(30)}}}`, "a number beyond 64 bits"],
    ['{"flags":{¦5:1}}', "a key expected"],
    ['{"flags":{"k":¦x}}', "a value expected"],
    ['{"flags":{"k":t¦ure}}', "`true` expected"],
    ['{"flags":{"k":{¦5:1}}}', "a key expected"],
    ['{"flags":{"k":-¦x}}', "a number expected"],
    ['{"flags":{"k":-¦.5}}', "a digit expected"],
    ['{"flags":{"k":1.¦x}}', "a digit expected"],
    ['{"flags":{"k":1e¦x}}', "a digit expected"],
    ['{"flags":{"k":¦1e999}}', "a number beyond 64-bit floats"],
  ])("is said, and the place: %s", (marked, reason) => {
    expectReason(marked, reason, (bytes) => decodeContainer(bytes, 0, bytes.length, false));
    expectReason(`[${good},${marked}]`, reason, (bytes) => decodeFile(bytes, false));
  });

  it.each([
    ['{"id":"a¦', "the end came too early (a string is not closed)"],
    ['{"id":"\\n¦', "the end came too early (a string is not closed)"],
    ['{"id":"\\¦', "the end came too early (a string is not closed)"],
    ['{"id":"\\u00¦', "the end came too early (four hexadecimal digits expected)"],
    ["{¦", "the end came too early (a key expected)"],
    ['{"id":"a"¦', "the end came too early (`}` expected)"],
  ])("is that the bytes ended: %s", (marked, reason) => {
    expectReason(marked, reason, (bytes) => decodeContainer(bytes, 0, bytes.length, false));
    // What stands behind the end is not the record's.
    const end = Buffer.byteLength(marked) - 2;
    expectReason(`${marked}"}`, reason, (bytes) => decodeContainer(bytes, 0, end, false));
  });

  it.each([
    ["¦{}", "a list of records expected"],
    ["n¦o", "`null` expected"],
    [`[${good}¦;]`, "a comma or the end of the list expected"],
    [`[${good}]¦x`, "something stands behind the list of records"],
  ])("is said of a list: %s", (marked, reason) => {
    expectReason(marked, reason, (bytes) => decodeFile(bytes, false));
  });

  it.each([`${good}¦x`, `${good} ¦\0`, `${good}¦,${good}`])(
    "is what stands behind a record: %s",
    (marked) => {
      expectReason(marked, "something stands behind the record", (bytes) =>
        decodeContainer(bytes, 0, bytes.length, false),
      );
    },
  );
});

describe("the message of an error", () => {
  it("names the record where there is one, and the place", () => {
    expect(new CodecError("wrong", 5).message).toBe("byte 5: wrong");
    expect(new CodecError("wrong", 5, 2).message).toBe("record 2, byte 5: wrong");
  });
});

describe("one record", () => {
  const canonical = (text: string, start = 0, end = text.length): boolean =>
    decodeContainer(Buffer.from(text), start, end, false).canonical;

  it("is canonical without white space around it only", () => {
    expect(canonical(good)).toBe(true);
    expect(canonical(`xx${good}xx`, 2, good.length + 2)).toBe(true);
    for (const text of [` ${good}`, `${good}\n`, `\t${good} `]) expect(canonical(text)).toBe(false);
    expect(canonical(` ${good} `, 1)).toBe(false);
    expect(canonical(` ${good} `, 0, good.length + 1)).toBe(false);
  });

  it("does not reach behind the end that is given", () => {
    const bytes = Buffer.from(good);
    expect(() => decodeContainer(bytes, 0, bytes.length - 1, false)).toThrow(
      expect.objectContaining({ offset: bytes.length - 1 }) as CodecError,
    );
  });
});

describe("records without the brackets of a list", () => {
  const idsOf = (text: string): string[] => {
    const ids: string[] = [];
    visitRecords(Buffer.from(text), false, {
      unread: ({ id }) => ids.push(id),
      decoded: ({ container }) => ids.push(container.id),
    });
    return ids;
  };

  it("are visited one by one", () => {
    expect(idsOf(good)).toEqual(["a"]);
    expect(idsOf(` ${good} , ${good}\n`)).toEqual(["a", "a"]);
  });

  it("are all that may be there", () => {
    for (const text of [`${good}¦]`, `${good},${good}¦]`])
      expectReason(text, "a comma expected", (bytes) => idsOf(String(bytes)));
    expect(() => idsOf(`${good}\0`)).toThrow(CodecError);
    expect(() => idsOf("")).toThrow(CodecError);
    expect(() => idsOf(`${good},`)).toThrow(CodecError);
  });

  it("may be visited by somebody who fails, whose error goes on", () => {
    const own = new TypeError("mine");
    const fail = (): void => {
      throw own;
    };
    for (const text of [good, good.replace(":", ": ")]) {
      expect(() => {
        visitRecords(Buffer.from(text), false, { unread: fail, decoded: fail });
      }).toThrow(own);
    }
  });
});

describe("a record that cannot be written", () => {
  const base = { id: "a", created: "2024-01-02T03:04:05Z" };
  const thrownFor = (raw: string): unknown => {
    try {
      return encodeContainerText({ ...makeContainer(base), unknownFields: new Map([["x", raw]]) });
    } catch (error) {
      return error;
    }
  };

  it("tells which member is no JSON, and why where that is known", () => {
    expect(thrownFor("[1")).toMatchObject({
      name: "TypeError",
      message: 'the unknown member "x" is no JSON',
      cause: { name: "CodecError", offset: 2 },
    });
    for (const raw of ["1 2", " 1", "1 "]) {
      expect(thrownFor(raw)).toMatchObject({
        name: "TypeError",
        message: 'the unknown member "x" is no JSON',
      });
      expect((thrownFor(raw) as Error).cause).toBeUndefined();
    }
  });
});
