import { describe, expect, test } from "vitest";
import { insert, remove } from "../src/edit.ts";
import { Leaf } from "../src/leaf.ts";
import { countOf, Inner, inOrder, type TrieNode } from "../src/trie.ts";
import { violations } from "./invariants.ts";

/** Ids that are too many for one leaf, and part behind `beginning`. */
const many = (beginning: string): string[] =>
  Array.from({ length: 100 }, (_, n) => beginning + String(n).padStart(2, "0"));

function treeOf(ids: readonly string[]): TrieNode {
  let root: TrieNode = new Leaf(0);
  for (const id of ids) root = insert(root, id)!;
  return root;
}

function expectTree(root: TrieNode, ids: readonly string[]): void {
  expect(violations(root)).toEqual([]);
  expect(countOf(root)).toBe(ids.length);
  expect([...inOrder(root, "")]).toEqual([...ids].sort());
}

describe("a node above many ids", () => {
  test("comes where a new id parts from all of them before they part", () => {
    for (const id of ["axe", "a", "abcx", "abc"]) {
      const ids = [...many("abcd"), id];
      const root = treeOf(ids);
      expectTree(root, ids);
      expect(root).toMatchObject({ count: 101 });
    }
  });

  test("stays for the id that ends at it when there is one way on besides", () => {
    const ids = [...many("ab"), "a"];
    const root = remove(treeOf([...ids, "ac"]), "ac")!;
    expectTree(root, ids);
    expect(root).toBeInstanceOf(Inner);
    expect((root as Inner).self).toBe("a");
  });

  test("goes with the last id that parts there, so that one step less leads to the others", () => {
    for (const id of ["ac", "a"]) {
      const root = remove(treeOf([...many("ab"), id]), id)!;
      expectTree(root, many("ab"));
      expect((root as Inner).position).toBe(2);
    }
  });

  test("goes in the midst of the tree as well", () => {
    const ids = [...many("xab"), ...many("y")];
    for (const id of ["xac", "xa"]) expectTree(remove(treeOf([...ids, id]), id)!, ids);
  });
});
