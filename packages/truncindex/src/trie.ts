import { Children } from "./children.ts";
import { Leaf } from "./leaf.ts";

/**
 * The tree behind the index: pure, knows nothing of errors.
 *
 *     Inner(position 0)               all ids below share the units before `position`
 *       ├─ 'a' → ["a1f…", "a9c…"]     a leaf: ids in no order, at most LEAF_MAX
 *       └─ 'b' → Inner(position 4)    ids below share "b" and the three units that follow it
 *                  ├─ (self) "b7e0"   the one id that ends exactly at `position`
 *                  └─ '3' → ["b7e03…"]
 *
 * What must hold:
 * - an inner node has at least two ways on (children and `self` together), and more than LEAF_MIN ids below it;
 *   so a prefix that ends at or above an inner node is ambiguous without looking further;
 * - `count` is the number of ids below, `self` included; no leaf but the root is empty;
 * - positions grow on the way down, so a path is never longer than the id, and work is linear in the id's length.
 *
 * Nothing recurses: ids that are prefixes of one another make paths as deep as the ids are long.
 */

export type TrieNode = Inner | Leaf;

/** A leaf that grows beyond this is split. */
export const LEAF_MAX = 32;
/** An inner node that falls to this is folded into a leaf. Far below LEAF_MAX, so that add and delete in turn do neither. */
export const LEAF_MIN = 12;

export class Inner {
  /** The unit at which the ids below part. */
  readonly position: number;
  /** A string whose units before `position` are those that all ids below share. */
  readonly shared: string;
  /** By the UTF-16 unit at `position`. */
  readonly children = new Children();
  self: string | undefined = undefined;
  count = 0;

  constructor(position: number, shared: string) {
    this.position = position;
    this.shared = shared;
  }
}

export function countOf(node: TrieNode): number {
  return node instanceof Inner ? node.count : node.ids.length;
}

/** The first index from `from` on at which the two differ or one ends, at most `to`. */
export function mismatch(a: string, b: string, from: number, to: number): number {
  const end = Math.min(a.length, b.length, to);
  let at = from;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/**
 * The ids of a leaf under one node: the leaf itself when it is not too large, otherwise an inner node with leaves of
 * its own. They part at least two ways, so that no part of LEAF_MAX + 1 ids is too large again.
 */
export function split(leaf: Leaf): TrieNode {
  const { ids, known } = leaf;
  if (ids.length <= LEAF_MAX) return leaf;
  const shared = ids[0] as string;
  let position = shared.length;
  for (const id of ids) position = mismatch(shared, id, known, position);
  const node = new Inner(position, shared);
  node.count = ids.length;
  for (const id of ids) {
    if (id.length === position) node.self = id;
    else addBelow(node, id);
  }
  return node;
}

/** Puts an id into the leaf that follows a node, making it where there is none. */
export function addBelow(node: Inner, id: string): void {
  const unit = id.charCodeAt(node.position);
  let leaf = node.children.get(unit) as Leaf | undefined;
  if (leaf === undefined) {
    leaf = new Leaf(node.position + 1);
    node.children.set(unit, leaf);
  }
  leaf.add(id);
}

/** All ids below a node but one, as a leaf. Without recursion. */
export function fold(node: Inner, without: string): Leaf {
  const leaf = new Leaf(node.position);
  const pending: TrieNode[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next instanceof Inner) {
      if (next.self !== undefined && next.self !== without) leaf.add(next.self);
      for (const [, child] of next.children.entries()) pending.push(child);
    } else {
      for (const id of next.ids) if (id !== without) leaf.add(id);
    }
  }
  return leaf;
}

/**
 * The node under which lie all ids that begin with `prefix`, or undefined when none does. It may be a leaf that
 * also holds others.
 */
export function subtree(root: TrieNode, prefix: string): TrieNode | undefined {
  let node = root;
  let known = 0;
  while (node instanceof Inner) {
    const { position } = node;
    if (position > known) {
      const end = position < prefix.length ? position : prefix.length;
      if (mismatch(node.shared, prefix, known, end) !== end) return undefined;
    }
    if (position >= prefix.length) return node;
    const child = node.children.get(prefix.charCodeAt(position));
    if (child === undefined) return undefined;
    node = child;
    known = position + 1;
  }
  return node;
}

/** The ids below a node that begin with `prefix`, in order, one at a time. Order: UTF-16 units, as `<` compares. */
export function* inOrder(node: TrieNode | undefined, prefix: string): Generator<string, void, undefined> {
  // On the stack: what comes next lies on top. A string is an id that is due before what lies under it.
  const pending: (TrieNode | string)[] = node === undefined ? [] : [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") {
      yield next;
    } else if (next instanceof Inner) {
      const below = [...next.children.entries()].reverse();
      for (const [, child] of below) pending.push(child);
      // An id that ends here comes before all that go on.
      if (next.self !== undefined) pending.push(next.self);
    } else {
      for (const id of next.ids.filter((each) => each.startsWith(prefix)).sort()) yield id;
    }
  }
}
