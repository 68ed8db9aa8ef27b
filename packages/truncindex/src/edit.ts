import { addBelow, fold, Inner, LEAF_MIN, mismatch, split, subtree, type TrieNode } from "./trie.ts";

/** Whether the trie holds exactly this id. */
export function contains(root: TrieNode, id: string): boolean {
  const node = subtree(root, id);
  if (node === undefined) return false;
  // An inner node at which the id ends: either exactly there, or above, and then only longer ids lie below.
  return node instanceof Inner ? node.self === id : node.indexOf(id) >= 0;
}

/** Adds an id, changing the trie in place. Returns the root, which may be a new one; undefined when the id was there. */
export function insert(root: TrieNode, id: string): TrieNode | undefined {
  if (contains(root, id)) return undefined;
  let parent: Inner | undefined = undefined;
  let node = root;
  let known = 0;
  while (node instanceof Inner) {
    const { position } = node;
    const parting = mismatch(node.shared, id, known, position);
    if (parting < position) return replaceChild(root, parent, id, fork(node, parting, id));
    // The id is new, so it will lie below every node that it passes.
    node.count += 1;
    if (id.length === position) {
      node.self = id;
      return root;
    }
    parent = node;
    known = position + 1;
    const child: TrieNode | undefined = node.children.get(id.charCodeAt(position));
    if (child === undefined) {
      addBelow(node, id);
      return root;
    }
    node = child;
  }
  node.add(id);
  const parted = split(node);
  return parted === node ? root : replaceChild(root, parent, id, parted);
}

/** Removes an id, changing the trie in place. Returns the root, which may be a new one; undefined when it was not there. */
export function remove(root: TrieNode, id: string): TrieNode | undefined {
  if (!contains(root, id)) return undefined;
  let grandparent: Inner | undefined = undefined;
  let parent: Inner | undefined = undefined;
  let node = root;
  while (node instanceof Inner) {
    node.count -= 1;
    if (node.count <= LEAF_MIN) {
      return replaceChild(root, parent, id, fold(node, id));
    }
    grandparent = parent;
    parent = node;
    if (id.length === node.position) {
      node.self = undefined;
      return shortcut(root, grandparent, parent, id);
    }
    node = node.children.get(id.charCodeAt(node.position)) as TrieNode;
  }
  node.remove(id);
  if (parent === undefined || node.ids.length > 0) return root;
  parent.children.delete(id.charCodeAt(parent.position));
  return shortcut(root, grandparent, parent, id);
}

/** An inner node above `node` at which a new id parts from the ids below it. */
function fork(node: Inner, position: number, id: string): Inner {
  const above = new Inner(position, id);
  above.count = node.count + 1;
  above.children.set(node.shared.charCodeAt(position), node);
  if (id.length === position) above.self = id;
  else addBelow(above, id);
  return above;
}

/** Puts `child` where `id` leads on from `parent`; without a parent it is the root. Returns the root. */
function replaceChild(root: TrieNode, parent: Inner | undefined, id: string, child: TrieNode): TrieNode {
  if (parent === undefined) return child;
  parent.children.set(id.charCodeAt(parent.position), child);
  return root;
}

/** Leaves `node` out when it has only one way on, so that paths do not grow with what was deleted. */
function shortcut(root: TrieNode, parent: Inner | undefined, node: Inner, id: string): TrieNode {
  if (node.self !== undefined || node.children.size !== 1) return root;
  for (const [, only] of node.children.entries()) return replaceChild(root, parent, id, only);
  return root;
}
