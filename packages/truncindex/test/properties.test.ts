import { TruncIndex, type TruncIndexError } from "../src/index.ts";
import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { insert, remove } from "../src/edit.ts";
import { Leaf } from "../src/leaf.ts";
import { countOf, inOrder, type TrieNode } from "../src/trie.ts";
import { violations } from "./invariants.ts";
import { Model } from "./model.ts";

/** Few letters, so that ids meet, begin one another and come twice; among them halves of surrogate pairs. */
const letters = (alphabet: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength }).map((units) => units.join(""));

const ids = fc.oneof(
  letters(["a", "b"], 8),
  letters(["a", "b", "c", "0", "é", "\ud800", "\udc00", "𝒳", "\uffff", "\0"], 5),
  letters(["a", "b"], 7).map((end) => "common/beginning/of/ids/" + end),
  letters(["a", " "], 2),
  fc.stringMatching(/^[0-9a-f]{2}$/),
  fc.string({ unit: "binary", maxLength: 4 }),
);

type Step = { do: "add" | "delete" | "find" | "candidates" | "has"; id: string };
const steps = fc.array(
  fc.record<Step>({
    do: fc.constantFrom("add", "add", "add", "delete", "find", "candidates", "has"),
    id: ids,
  }),
  { maxLength: 300, size: "max" },
);

const code = (act: () => void): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as TruncIndexError).code;
  }
};
const found = (index: TruncIndex, prefix: string) => {
  const result = index.find(prefix);
  return typeof result === "string" ? { id: result } : { code: result.code };
};

describe("against an array", () => {
  test("any steps, interleaved, give the same answers", () => {
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 120, size: "max" }), steps, (first, then) => {
        const model = new Model();
        for (const id of first) model.add(id);
        const index = new TruncIndex(first);
        for (const step of then) {
          const { id } = step;
          if (step.do === "add") expect(code(() => index.add(id))).toBe(model.add(id));
          else if (step.do === "delete") expect(code(() => index.delete(id))).toBe(model.delete(id));
          else if (step.do === "find") expect(found(index, id)).toEqual(model.find(id));
          else if (step.do === "has") expect(index.has(id)).toBe(model.ids.includes(id));
          else {
            expect(index.candidates(id)).toEqual(model.candidates(id));
            expect(index.candidates(id, 3)).toEqual(model.candidates(id).slice(0, 3));
          }
          expect(index.size).toBe(model.ids.length);
        }
        expect([...index]).toEqual([...model.ids].sort());
        for (const id of model.ids) {
          for (let end = 0; end <= id.length; end += 1) {
            expect(found(index, id.slice(0, end))).toEqual(model.find(id.slice(0, end)));
          }
        }
      }),
      { numRuns: runs(200) },
    );
  });

  test("the tree keeps its rules after every change, up to many ids and back to none", () => {
    const many = fc.uniqueArray(
      fc.oneof(letters(["a", "b"], 12), letters(["x", "é", "\udc00"], 6), fc.stringMatching(/^[0-9a-f]{3}$/)),
      { minLength: 100, maxLength: 400, size: "max" },
    );
    fc.assert(
      fc.property(many, fc.infiniteStream(fc.nat()), (all, choices) => {
        let root: TrieNode = new Leaf(0);
        const held: string[] = [];
        const waiting = [...all];
        // Grows to all ids with some deletions between, then shrinks to none with some additions.
        for (let phase = 0; phase < 2; phase += 1) {
          while (phase === 0 ? waiting.length > 0 : held.length > 0) {
            const choice = choices.next().value;
            const grows = (choice % 4 === 0) === (phase === 1);
            const from = grows ? waiting : held;
            const [id] = from.splice(choice % Math.max(1, from.length), 1);
            if (id === undefined) continue;
            const changed: TrieNode | undefined = grows ? insert(root, id) : remove(root, id);
            expect(changed).toBeDefined();
            root = changed as TrieNode;
            if (grows) {
              held.push(id);
              expect(insert(root, id)).toBeUndefined();
            } else {
              expect(remove(root, id)).toBeUndefined();
              // Given again only while growing, so that shrinking ends.
              if (phase === 0) waiting.push(id);
            }
            expect(violations(root)).toEqual([]);
            expect(countOf(root)).toBe(held.length);
          }
          expect([...inOrder(root, "")]).toEqual([...held].sort());
        }
      }),
      { numRuns: runs(40) },
    );
  });
});
