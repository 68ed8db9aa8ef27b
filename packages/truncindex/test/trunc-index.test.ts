import { CANDIDATES_IN_ERROR, TruncIndex, TruncIndexError } from "../src/index.ts";
import { describe, expect, test } from "vitest";

const thrownBy = (act: () => unknown): TruncIndexError => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(TruncIndexError);
    return error as TruncIndexError;
  }
  throw new Error("nothing was thrown");
};

describe("errors", () => {
  test("each has its code, what was asked, and what to do", () => {
    const index = new TruncIndex(["one", "other"]);
    expect(thrownBy(() => index.get(""))).toMatchObject({
      code: "ERR_EMPTY_PREFIX",
      prefix: "",
      candidates: [],
    });
    expect(thrownBy(() => index.get("two"))).toMatchObject({ code: "ERR_PREFIX_NOT_FOUND", prefix: "two" });
    const ambiguous = thrownBy(() => index.get("o"));
    expect(ambiguous).toMatchObject({
      code: "ERR_AMBIGUOUS_PREFIX",
      prefix: "o",
      candidates: ["one", "other"],
    });
    expect(ambiguous.message).toContain('"one"');
    expect(ambiguous.name).toBe("TruncIndexError");
    expect(thrownBy(() => index.add("a b"))).toMatchObject({ code: "ERR_ILLEGAL_CHARACTER", prefix: "a b" });
    expect(thrownBy(() => index.add(""))).toMatchObject({ code: "ERR_EMPTY_PREFIX" });
    expect(thrownBy(() => index.add("one"))).toMatchObject({ code: "ERR_DUPLICATE_ID", prefix: "one" });
    expect(thrownBy(() => index.delete("on"))).toMatchObject({ code: "ERR_PREFIX_NOT_FOUND", prefix: "on" });
    expect(thrownBy(() => index.delete(""))).toMatchObject({ code: "ERR_PREFIX_NOT_FOUND" });
    expect([...index]).toEqual(["one", "other"]);
  });

  test("each says in words what is wrong", () => {
    const index = new TruncIndex(["one", "other"]);
    const message = (act: () => unknown): string => thrownBy(act).message;
    expect(message(() => index.get(""))).toBe("the prefix of an id cannot be empty");
    expect(message(() => index.get("two"))).toBe('no id begins with "two"');
    expect(message(() => index.get("o"))).toBe(
      'more than one id begins with "o", such as "one" and "other"; give more of it',
    );
    expect(message(() => index.add("a b"))).toBe('the id "a b" holds a space; use an id without one');
    expect(message(() => index.add(""))).toBe("an id cannot be empty");
    expect(message(() => index.add("one"))).toBe('the id "one" is in the index already');
    expect(message(() => index.delete("on"))).toBe(
      'there is no id "on" in the index; deleting needs the whole id',
    );
    expect(message(() => index.get("x".repeat(80)))).toBe(`no id begins with "${"x".repeat(80)}"`);
    expect(message(() => index.get("x".repeat(81)))).toBe(`no id begins with "${"x".repeat(80)}"…`);
  });

  test("an ambiguity names the first candidates, and not thousands of them", () => {
    const index = new TruncIndex(Array.from({ length: 5000 }, (_, n) => `c${String(n).padStart(4, "0")}`));
    const { candidates } = thrownBy(() => index.get("c"));
    expect(candidates).toEqual(Array.from({ length: CANDIDATES_IN_ERROR }, (_, n) => `c000${n}`));
    expect(Object.isFrozen(candidates)).toBe(true);
  });

  test("messages stay short and on one line, whatever the prefix", () => {
    const index = new TruncIndex(["\n\n1" + "x".repeat(10_000), "\n\n2\u001b[31m"]);
    for (const prefix of ["\n", "z".repeat(100_000), "\u001b[2J"]) {
      const { message } = thrownBy(() => index.get(prefix));
      expect(message.length).toBeLessThan(500);
      // eslint-disable-next-line no-control-regex
      expect(message).not.toMatch(/[\u0000-\u001f]/);
    }
  });

  test("a wrong type is the caller's mistake", () => {
    const index = new TruncIndex();
    for (const wrong of [undefined, null, 1, {}, ["a"]] as unknown as string[]) {
      const noId = new TypeError(`an id must be a string, not ${typeof wrong}`);
      const noPrefix = new TypeError(`a prefix must be a string, not ${typeof wrong}`);
      expect(() => index.add(wrong)).toThrow(noId);
      expect(() => index.delete(wrong)).toThrow(noId);
      expect(() => index.get(wrong)).toThrow(noPrefix);
      expect(() => index.find(wrong)).toThrow(noPrefix);
      expect(() => index.candidates(wrong)).toThrow(noPrefix);
      expect(() => new TruncIndex([wrong])).toThrow(noId);
      expect(index.has(wrong)).toBe(false);
    }
    for (const limit of [-1, 1.5, NaN, "1" as unknown as number]) {
      expect(() => index.candidates("", limit)).toThrow(
        new TypeError(`the limit of candidates must be a whole number or Infinity, not ${limit}`),
      );
    }
  });
});

describe("lookups", () => {
  test("a whole id that begins a longer one is ambiguous, as in Go, but it is there", () => {
    const index = new TruncIndex(["abc", "abcdef"]);
    expect(index.find("abc")).toEqual({ code: "ERR_AMBIGUOUS_PREFIX" });
    expect(index.has("abc")).toBe(true);
    expect(index.get("abcd")).toBe("abcdef");
    index.delete("abcdef");
    expect(index.get("abc")).toBe("abc");
  });

  test("find gives the same objects for misses each time", () => {
    const index = new TruncIndex(["a1", "a2"]);
    for (const prefix of ["", "a", "b"]) expect(index.find(prefix)).toBe(index.find(prefix));
  });

  test("candidates of the empty prefix are all ids, in order", () => {
    const index = new TruncIndex(["b", "a", "\uffff", "𝒳"]);
    expect(index.candidates("")).toEqual(["a", "b", "𝒳", "\uffff"]);
    expect(index.candidates("", 0)).toEqual([]);
    expect(index.candidates("", 2)).toEqual(["a", "b"]);
    expect(new TruncIndex().candidates("")).toEqual([]);
  });

  test("clear empties it, and it can be filled again", () => {
    const index = new TruncIndex(Array.from({ length: 100 }, (_, n) => `id${n}`));
    index.clear();
    expect([index.size, [...index], index.has("id1")]).toEqual([0, [], false]);
    index.add("id1");
    expect(index.get("i")).toBe("id1");
  });

  test("an index that changes under an iteration says so", () => {
    const index = new TruncIndex(["a", "b"]);
    expect(() => {
      for (const id of index) index.delete(id);
    }).toThrow(new TypeError("the index was changed during an iteration; iterate over a copy instead"));
    for (const id of [...index]) index.delete(id);
    expect(index.size).toBe(0);
  });
});

describe("hostile ids", () => {
  test("a thousand ids of 10,000 units that part only at the end", { tags: ["large"] }, () => {
    const beginning = "p".repeat(9_990);
    const ids = Array.from({ length: 1_000 }, (_, n) => beginning + String(n).padStart(10, "0"));
    const index = new TruncIndex(ids);
    expect(ids.filter((id) => index.find(id) !== id)).toEqual([]);
    expect(index.find(beginning)).toEqual({ code: "ERR_AMBIGUOUS_PREFIX" });
    expect(index.find(beginning.slice(1) + "q")).toEqual({ code: "ERR_PREFIX_NOT_FOUND" });
    for (const id of ids) index.delete(id);
    expect(index.size).toBe(0);
  });

  test("ids that begin one another, 5,000 deep, do not overflow the stack", { tags: ["large"] }, () => {
    const longest = "a".repeat(5_000);
    const ids = Array.from({ length: 5_000 }, (_, n) => longest.slice(0, n + 1));
    const index = new TruncIndex(ids);
    expect(index.size).toBe(5_000);
    expect(index.get(longest)).toBe(longest);
    expect(index.find("a")).toEqual({ code: "ERR_AMBIGUOUS_PREFIX" });
    expect(index.has("aaa")).toBe(true);
    expect(index.candidates("a", 3)).toEqual(["a", "aa", "aaa"]);
    expect([...index]).toEqual(ids);
    for (const id of ids) index.delete(id);
    expect([...index]).toEqual([]);
  });

  test("every UTF-16 unit as an id of its own, lone surrogates too", { tags: ["large"] }, () => {
    const ids = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter(
      (id) => id !== " ",
    );
    const index = new TruncIndex(ids);
    expect(index.size).toBe(0xffff);
    expect(ids.filter((id) => index.find(id) !== id)).toEqual([]);
    expect(index.candidates("", 33)).toEqual(ids.slice(0, 33));
  });

  test("names of prototypes are ids like any other", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const index = new TruncIndex(names);
    for (const name of names) expect(index.get(name.slice(0, 4))).toBe(name);
    expect(index.has("valueOf")).toBe(false);
  });
});
