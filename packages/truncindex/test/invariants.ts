import { Inner, LEAF_MAX, LEAF_MIN, type TrieNode } from "../src/trie.ts";

/** What is wrong with a trie, by the rules written in trie.ts; empty when all is well. */
export function violations(root: TrieNode): string[] {
  const found: string[] = [];
  /** Counts what lies below, where `shared` is known to begin every id. */
  const visit = (node: TrieNode, shared: string, isRoot: boolean): number => {
    if (!(node instanceof Inner)) {
      if (node.ids.length === 0 && !isRoot) found.push(`an empty leaf below ${shared}`);
      if (node.ids.length > LEAF_MAX) found.push(`a leaf of ${node.ids.length} below ${shared}`);
      if (node.known > shared.length) found.push(`a leaf below ${shared} knows ${node.known} units`);
      for (const id of node.ids) {
        if (!id.startsWith(shared)) found.push(`${id} lies below ${shared}`);
        if (node.indexOf(id) < 0) found.push(`${id} is not found in its own leaf`);
      }
      if (new Set(node.ids).size !== node.ids.length) found.push(`an id twice below ${shared}`);
      return node.ids.length;
    }
    const beginning = node.shared.slice(0, node.position);
    if (beginning.length !== node.position || !beginning.startsWith(shared)) {
      found.push(`a node at ${node.position} shares ${beginning} below ${shared}`);
    }
    if (node.self !== undefined && node.self !== beginning) found.push(`${node.self} ends at ${beginning}`);
    const ways = node.children.size + (node.self === undefined ? 0 : 1);
    if (ways < 2) found.push(`${ways} ways on from ${beginning}`);
    let count = node.self === undefined ? 0 : 1;
    for (const [unit, child] of node.children.entries()) {
      count += visit(child, beginning + String.fromCharCode(unit), false);
    }
    if (count !== node.count) found.push(`${count} ids below ${beginning}, counted as ${node.count}`);
    if (count <= LEAF_MIN) found.push(`only ${count} ids below the inner node ${beginning}`);
    return count;
  };
  visit(root, "", true);
  return found;
}
