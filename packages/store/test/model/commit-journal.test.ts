import { describe, expect, it } from "vitest";
import { type CommitStep, decodeJournal, encodeJournal, NO_FILE } from "../../src/model/commit-journal.ts";

const step = { target: { file: "stable" }, from: ".tmp-x", before: "1:2:3", after: "4:5:6" } as const;
const item = { file: "item", id: "a", key: "k" } as const;

const decoded = (journal: unknown): CommitStep[] | undefined => decodeJournal(JSON.stringify(journal));
const decodedStep = (changes: Record<string, unknown>): CommitStep[] | undefined =>
  decoded({ version: 1, steps: [{ ...step, ...changes }] });

describe("a journal", () => {
  it("is text of a known form, which other releases must understand", () => {
    expect(encodeJournal([step])).toBe(
      '{"version":1,"steps":[{"target":{"file":"stable"},"from":".tmp-x","before":"1:2:3","after":"4:5:6"}]}',
    );
    expect(NO_FILE).toBe("none");
  });

  it("is read as it was written", () => {
    const steps: CommitStep[] = [
      step,
      { target: { file: "volatile" }, from: ".tmp-y", before: NO_FILE, after: "1:1:1" },
      { target: item, from: ".tmp-containers.json0", before: "1:1:1", after: "2:2:2" },
      { target: { ...item, key: "__proto__" }, from: undefined, before: "1:1:1", after: NO_FILE },
    ];
    expect(decodeJournal(encodeJournal(steps))).toEqual(steps);
    expect(decodeJournal(encodeJournal([]))).toEqual([]);
    expect(decodedStep({ more: 1, target: { ...item, more: 1 } })).toEqual([{ ...step, target: item }]);
  });

  it.each(["", "{", "null", "1", '"x"', "[]", '{"version":1,"steps":[]}x'])("is not this: %s", (text) => {
    expect(decodeJournal(text)).toBeUndefined();
  });

  it.each([
    ["another version", { version: 2, steps: [] }],
    ["no version", { steps: [] }],
    ["no steps", { version: 1 }],
    ["steps that are no list", { version: 1, steps: {} }],
    ["a step that is null", { version: 1, steps: [null] }],
    ["a step that is a list", { version: 1, steps: [[]] }],
    ["a step that is a text", { version: 1, steps: ["x"] }],
    ["one good step and one that is none", { version: 1, steps: [step, {}] }],
  ])("is not understood with %s", (_what, journal) => {
    expect(decoded(journal)).toBeUndefined();
  });

  it.each([
    ["before", 1],
    ["before", undefined],
    ["after", 1],
    ["after", undefined],
    ["after", NO_FILE],
    ["from", undefined],
    ["from", 1],
    ["from", null],
    ["from", ""],
    ["from", "a"],
    ["from", ".tmp-"],
    ["from", "x.tmp-y"],
    ["from", ".tmp-/../../x"],
    ["from", ".tmp-x/y"],
    ["from", ".tmp-x\\y"],
    ["from", ".tmp-x\0"],
    ["from", "../.tmp-x"],
    ["target", undefined],
    ["target", null],
    ["target", "stable"],
    ["target", []],
    ["target", {}],
    ["target", { file: "lock" }],
    ["target", { file: "" }],
    ["target", { file: "item", id: "a" }],
    ["target", { file: "item", key: "k" }],
    ["target", { file: "item", id: 1, key: "k" }],
    ["target", { file: "item", id: "a", key: 1 }],
    ["target", { file: "x", id: "a", key: "k" }],
  ])("is not understood when `%s` of a step is %j", (member, value) => {
    expect(decodedStep({ [member]: value })).toBeUndefined();
  });

  it.each([".tmp-x", ".tmp-a b", ".tmp-é", ".tmp-containers.json0123456789abcdef"])(
    "takes %s as a source",
    (from) => {
      expect(decodedStep({ from })).toEqual([{ ...step, from }]);
    },
  );
});
