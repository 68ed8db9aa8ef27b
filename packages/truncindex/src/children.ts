import type { TrieNode } from "./trie.ts";

/** `0` to `9` and `a` to `f`, the digits of ids. */
const DIGITS = 16;

/** Where a unit has its place among the digits; -1 for one that is none. */
function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  return unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : -1;
}

const unitOf = (digit: number): number => digit + (digit < 10 ? 0x30 : 0x57);

/**
 * What follows on a node, by the unit that leads there. Nearly all ids are made of digits, for which there is a
 * place each: with many ids it is visits to memory that cost, and a table of hashes takes several. Any other unit
 * lies in such a table.
 */
export class Children {
  readonly #byDigit: (TrieNode | undefined)[] = new Array<TrieNode | undefined>(DIGITS).fill(undefined);
  #others: Map<number, TrieNode> | undefined;
  size = 0;

  get(unit: number): TrieNode | undefined {
    const digit = digitOf(unit);
    return digit < 0 ? this.#others?.get(unit) : this.#byDigit[digit];
  }

  set(unit: number, child: TrieNode): void {
    if (this.get(unit) === undefined) this.size += 1;
    const digit = digitOf(unit);
    if (digit < 0) (this.#others ??= new Map()).set(unit, child);
    else this.#byDigit[digit] = child;
  }

  /** Takes out the one that is there. */
  delete(unit: number): void {
    this.size -= 1;
    const digit = digitOf(unit);
    if (digit < 0) this.#others?.delete(unit);
    else this.#byDigit[digit] = undefined;
  }

  /** In the order of the units. */
  *entries(): Generator<[number, TrieNode], void, undefined> {
    const others = [...(this.#others ?? [])].sort(([a], [b]) => a - b);
    let at = 0;
    for (const [digit, child] of this.#byDigit.entries()) {
      for (; at < others.length && others[at]![0] < unitOf(digit); at += 1) yield others[at]!;
      if (child !== undefined) yield [unitOf(digit), child];
    }
    yield* others.slice(at);
  }
}
