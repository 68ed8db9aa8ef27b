import { contains, insert, remove } from "./edit.ts";
import { CANDIDATES_IN_ERROR, shown, TruncIndexError } from "./errors.ts";
import { Leaf } from "./leaf.ts";
import { countOf, Inner, inOrder, subtree, type TrieNode } from "./trie.ts";

/** Why `find` has no id to give. There are three such values, the same ones each time. */
export interface PrefixMiss {
  readonly code: "ERR_EMPTY_PREFIX" | "ERR_PREFIX_NOT_FOUND" | "ERR_AMBIGUOUS_PREFIX";
}

const EMPTY: PrefixMiss = Object.freeze({ code: "ERR_EMPTY_PREFIX" });
const NOT_FOUND: PrefixMiss = Object.freeze({ code: "ERR_PREFIX_NOT_FOUND" });
const AMBIGUOUS: PrefixMiss = Object.freeze({ code: "ERR_AMBIGUOUS_PREFIX" });

/**
 * A set of ids, each of which is found by any prefix that no other id shares, as containers/storage
 * `truncindex.TruncIndex`.
 *
 * An id is any non-empty string without a space (U+0020). Ids are compared by UTF-16 units; for well-formed strings
 * that finds what a comparison of their UTF-8 bytes finds. A whole id is a prefix like any other: when it begins a
 * longer id it is ambiguous (as in Go), and only `has` tells that it is there.
 *
 * Work grows with the length of the id or prefix and the logarithm of the number of ids, whatever the ids look like.
 * The index keeps the strings it is given, and copies none.
 */
export class TruncIndex implements Iterable<string> {
  #root: TrieNode = new Leaf(0);
  #changes = 0;

  /**
   * An index of the given ids. Those that `add` would refuse with a {@link TruncIndexError} are left out, as
   * containers/storage `NewTruncIndex`.
   *
   * @throws TypeError when an id is not a string.
   */
  constructor(ids: Iterable<string> = []) {
    for (const id of ids) {
      mustBeString(id, "an id");
      if (id !== "" && !id.includes(" ")) this.#root = insert(this.#root, id) ?? this.#root;
    }
  }

  /** How many ids there are. */
  get size(): number {
    return countOf(this.#root);
  }

  /**
   * Adds an id. On an error nothing has changed.
   *
   * @throws TruncIndexError `ERR_ILLEGAL_CHARACTER` (a space), `ERR_EMPTY_PREFIX` (empty; Go has one error for the
   *   empty id and the empty prefix), `ERR_DUPLICATE_ID`.
   * @throws TypeError when the id is not a string.
   */
  add(id: string): void {
    mustBeString(id, "an id");
    if (id.includes(" ")) {
      throw new TruncIndexError(
        "ERR_ILLEGAL_CHARACTER",
        `the id ${shown(id)} holds a space; use an id without one`,
        id,
      );
    }
    if (id === "") throw new TruncIndexError("ERR_EMPTY_PREFIX", "an id cannot be empty", id);
    const root = insert(this.#root, id);
    if (root === undefined) {
      throw new TruncIndexError("ERR_DUPLICATE_ID", `the id ${shown(id)} is in the index already`, id);
    }
    this.#root = root;
    this.#changes += 1;
  }

  /**
   * Removes an id, which must be given whole.
   *
   * @throws TruncIndexError `ERR_PREFIX_NOT_FOUND` when it is not there (also for the empty string, as in Go).
   * @throws TypeError when the id is not a string.
   */
  delete(id: string): void {
    mustBeString(id, "an id");
    const root = remove(this.#root, id);
    if (root === undefined) {
      throw new TruncIndexError(
        "ERR_PREFIX_NOT_FOUND",
        `there is no id ${shown(id)} in the index; deleting needs the whole id`,
        id,
      );
    }
    this.#root = root;
    this.#changes += 1;
  }

  /**
   * The one id that begins with the prefix.
   *
   * @throws TruncIndexError `ERR_EMPTY_PREFIX`, `ERR_PREFIX_NOT_FOUND`, or `ERR_AMBIGUOUS_PREFIX` with `candidates`.
   * @throws TypeError when the prefix is not a string.
   */
  get(prefix: string): string {
    const found = this.find(prefix);
    if (typeof found === "string") return found;
    throw this.#miss(found, prefix);
  }

  /**
   * What `get` gives, or why it would throw. Makes no objects: the misses are always the same three.
   *
   * @throws TypeError when the prefix is not a string.
   */
  find(prefix: string): string | PrefixMiss {
    mustBeString(prefix, "a prefix");
    if (prefix === "") return EMPTY;
    const node = subtree(this.#root, prefix);
    if (node === undefined) return NOT_FOUND;
    if (node instanceof Inner) return AMBIGUOUS;
    const at = node.indexOfPrefix(prefix, 0);
    if (at < 0) return NOT_FOUND;
    return node.indexOfPrefix(prefix, at + 1) < 0 ? (node.ids[at] as string) : AMBIGUOUS;
  }

  /**
   * The ids that begin with the prefix, in order, at most `limit` of them. Every id begins with the empty prefix.
   * A limit keeps the work small however many there are.
   *
   * @throws TypeError when the prefix is not a string, or the limit neither a whole number >= 0 nor Infinity.
   */
  candidates(prefix: string, limit = Infinity): string[] {
    mustBeString(prefix, "a prefix");
    if (typeof limit !== "number" || limit < 0 || (limit !== Infinity && !Number.isInteger(limit))) {
      throw new TypeError(`the limit of candidates must be a whole number or Infinity, not ${String(limit)}`);
    }
    const ids: string[] = [];
    if (limit === 0) return ids;
    for (const id of inOrder(subtree(this.#root, prefix), prefix)) {
      ids.push(id);
      if (ids.length >= limit) break;
    }
    return ids;
  }

  /** Whether exactly this id is in the index. */
  has(id: string): boolean {
    return typeof id === "string" && contains(this.#root, id);
  }

  /** Removes every id. */
  clear(): void {
    this.#root = new Leaf(0);
    this.#changes += 1;
  }

  /**
   * The ids in order: by UTF-16 units, as `<` and `sort()` compare strings.
   *
   * @throws TypeError from `next()` when the index was changed since the iteration began; iterate over a copy
   *   (`[...index]`) to change it on the way.
   */
  *[Symbol.iterator](): Generator<string, void, undefined> {
    const changes = this.#changes;
    for (const id of inOrder(this.#root, "")) {
      yield id;
      if (changes !== this.#changes) {
        throw new TypeError("the index was changed during an iteration; iterate over a copy instead");
      }
    }
  }

  #miss({ code }: PrefixMiss, prefix: string): TruncIndexError {
    if (code === "ERR_EMPTY_PREFIX")
      return new TruncIndexError(code, "the prefix of an id cannot be empty", prefix);
    if (code === "ERR_PREFIX_NOT_FOUND") {
      return new TruncIndexError(code, `no id begins with ${shown(prefix)}`, prefix);
    }
    const candidates = this.candidates(prefix, CANDIDATES_IN_ERROR);
    const [first, second] = candidates;
    return new TruncIndexError(
      code,
      `more than one id begins with ${shown(prefix)}, such as ${shown(first ?? "")} and ${shown(second ?? "")}; give more of it`,
      prefix,
      Object.freeze(candidates),
    );
  }
}

function mustBeString(value: unknown, what: string): void {
  if (typeof value !== "string") throw new TypeError(`${what} must be a string, not ${typeof value}`);
}
